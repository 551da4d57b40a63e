/** What shares the image's layers for other tools, each with the command that uses it. */
import type { Companion } from '../../catalogue/model.ts';
import { imageHref } from '../addresses.ts';
import { Copyable } from '../copyable.tsx';
import { formatBytes, shortDigest, shorten } from '../format.ts';
import { kindName } from '../kinds.ts';
import { snippetsOf } from './kind-snippets.ts';
import type { ImageView } from './view.ts';

export function Forms(view: ImageView) {
  const { companions, sizeWithCompanions } = view.image;
  if (companions.length === 0) return <></>;
  return (
    <section id="forms" aria-labelledby="forms-title">
      <h2 id="forms-title">
        For other tools{' '}
        <span class="sum">{formatBytes(sizeWithCompanions)} in all, shared layers counted once</span>
      </h2>
      {companions.map((companion) => (
        <Form view={view} companion={companion} />
      ))}
    </section>
  );
}

function Form({ view: { frame, model }, companion }: { view: ImageView; companion: Companion }) {
  const { tag, kind, base } = companion;
  const use = { host: frame.host, name: model.name, reference: tag };
  const [first, ...others] = snippetsOf(kind, use);
  const pod = others.find(({ id }) => id === 'kubernetes');
  if (first === undefined) return <></>;
  return (
    <div class="form">
      <h3>
        <a href={imageHref(model.name, { reference: tag })}>{labelOf(companion)}</a>{' '}
        <span class="kind">{addedBy(companion)}</span>
      </h3>
      {base !== undefined && (
        <p class="base">
          On {shorten(base.name ?? 'a base', 120)}
          {base.digest !== undefined && (
            <>
              {' '}
              <code title={base.digest}>{shortDigest(base.digest)}</code>
            </>
          )}
        </p>
      )}
      <Copyable id={`form-${tag}`} label={`${first.label} of ${tag}`} text={first.text} />
      {pod !== undefined && (
        <details>
          <summary>Kubernetes</summary>
          <Copyable id={`pod-${tag}`} label={`The pod of ${tag}`} text={pod.text} />
        </details>
      )}
    </div>
  );
}

/** A container goes by its own name: there may be several. */
function labelOf({ kind, suffix }: Companion): string {
  return kind === 'container' ? `Container “${shorten(suffix, 40)}”` : kindName(kind);
}

function addedBy({ newBytes }: Companion): string {
  return newBytes === 0 ? 'the very same layers' : `${formatBytes(newBytes)} besides the model’s layers`;
}
