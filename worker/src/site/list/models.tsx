/** The models of a page of the list. */
import type { ModelEntry } from '../../catalogue/entry.ts';
import { modelHref } from '../addresses.ts';
import { kindName } from '../kinds.ts';
import { count, formatAge, formatBytes, formatNumber, shorten } from '../format.ts';

export function Models({ models, now }: { models: readonly ModelEntry[]; now: number }) {
  const isCounted = models.some(({ pulls }) => pulls !== undefined);
  return (
    <ol class={isCounted ? 'models counted' : 'models'}>
      {models.map((model) => (
        <Model model={model} now={now} />
      ))}
    </ol>
  );
}

function Model({ model, now }: { model: ModelEntry; now: number }) {
  const { name, kind, task, license, formats, size, updatedAt, pulls, importing, tag } = model;
  return (
    <li>
      <a href={modelHref(name)}>
        <ModelName name={name} />
      </a>
      <dl>
        {importing ? (
          <Fact term="State" text={tag === undefined ? 'first import' : 'importing'} of="state" />
        ) : (
          <Fact term="Task" text={task && shorten(task.replaceAll('-', ' '), 40)} of="task" />
        )}
        {!importing && !task && kind !== undefined && <Fact term="Kind" text={kindName(kind)} of="task" />}
        <Fact term="Formats" text={formats.join(', ')} of="formats" />
        <Fact term="Licence" text={license && shorten(license, 24)} of="licence" />
        {pulls !== undefined && <Fact term="Pulls" text={`${formatNumber(pulls)} pulls`} of="pulls" />}
        <Fact term="Size" text={size === undefined ? undefined : formatBytes(size)} of="size" />
        <div class="age">
          <dt>Published</dt>
          <dd>
            <time datetime={updatedAt}>{formatAge(updatedAt, now)}</time>
          </dd>
        </div>
      </dl>
    </li>
  );
}

function Fact({ term, text, of }: { term: string; text: string | undefined; of: string }) {
  if (!text) return <></>;
  return (
    <div class={of}>
      <dt>{term}</dt>
      <dd>{text}</dd>
    </div>
  );
}

/** The owner's part reads lighter than the model's own. */
export function ModelName({ name }: { name: string }) {
  const cut = name.lastIndexOf('/') + 1;
  return (
    <>
      {cut > 0 && <span class="of">{name.slice(0, cut)}</span>}
      <span class="own">{name.slice(cut)}</span>
    </>
  );
}

export function ModelCount({ total, of }: { total: number; of: number }) {
  return <>{total === of ? count(of, 'model') : `${formatNumber(total)} of ${count(of, 'model')}`}</>;
}
