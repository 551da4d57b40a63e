/** What to paste: one of several snippets at a time, for all files or a chosen one. */
import type { ImageFile } from '../../images/inspection.ts';
import { modelHref } from '../addresses.ts';
import { Copyable } from '../copyable.tsx';
import { formatBytes, shorten } from '../format.ts';
import type { ImageView } from './view.ts';
import { snippetsOf } from './kind-snippets.ts';
import type { Snippet } from './snippets.ts';

/** Files of the choice; the list of files below has a link for each of the others. */
const MAX_CHOICES = 200;

export function Use(view: ImageView) {
  const { frame, model, image } = view;
  const chosen = chosenFile(view);
  const snippets = snippetsOf(image.kind, {
    host: frame.host,
    name: model.name,
    reference: image.reference,
    ...(chosen && { path: chosen.path }),
    isCompressed: image.layers.some(({ mediaType }) => /\+(?:gzip|zstd)$/.test(mediaType)),
  });
  return (
    <section id="use" aria-labelledby="use-title">
      <h2 id="use-title">Use it</h2>
      <FileChoice view={view} chosen={chosen} />
      <fieldset class="tabs">
        <legend class="hidden">Way to use it</legend>
        {snippets.map(({ id, label }, index) => (
          <label>
            <input type="radio" name="way" value={id} checked={index === 0} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {snippets.map((snippet) => (
        <Panel snippet={snippet} />
      ))}
    </section>
  );
}

function Panel({ snippet: { id, label, text, note } }: { snippet: Snippet }) {
  return (
    <div class={`panel ${id}`}>
      <Copyable id={`snippet-${id}`} label={label} text={text}>
        {note}
      </Copyable>
    </div>
  );
}

/** The one that was asked for, or else the largest: as a rule the weights. */
function chosenFile({ image, file }: ImageView): ImageFile | undefined {
  const found = image.files.find(({ path }) => path === file);
  return found ?? bySize(image.files)[0];
}

function bySize(files: readonly ImageFile[]): ImageFile[] {
  return files.toSorted((a, b) => b.size - a.size);
}

function FileChoice({ view, chosen }: { view: ImageView; chosen: ImageFile | undefined }) {
  const { model, image, reference, folder } = view;
  if (chosen === undefined) return <></>;
  const largest = bySize(image.files).slice(0, MAX_CHOICES);
  const choices = largest.includes(chosen) ? largest : [chosen, ...largest];
  return (
    <form method="get" action={modelHref(model.name)} class="choose" data-live-form>
      {reference !== undefined && <input type="hidden" name="reference" value={reference} />}
      {folder !== undefined && <input type="hidden" name="folder" value={folder} />}
      <label class="choice">
        <span>File</span>
        <select name="file" id="choose-file">
          {choices.map(({ path, size }) => (
            <option value={path} selected={path === chosen.path}>
              {shorten(path, 100)} ({formatBytes(size)})
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Show</button>
    </form>
  );
}
