/** `/<owner>/<model>/compare/<a>...<b>`: which files differ, and what a puller of the one moves for the other. */
import type { ComparedImage, Comparison } from '../../catalogue/model.ts';
import type { ImageFile } from '../../images/inspection.ts';
import { compareHref, fileHref, imageHref, modelHref } from '../addresses.ts';
import { count, formatBytes, shortDigest, shorten } from '../format.ts';
import { Layout, type Frame } from '../layout.tsx';
import { ModelName } from '../list/models.tsx';

/** Files of each list. */
const MAX_FILES = 300;

export function ComparePage({ frame, comparison }: { frame: Frame; comparison: Comparison }) {
  const { name, from, to, added, changed, removed, unchanged } = comparison;
  const [a, b] = [labelOf(from), labelOf(to)];
  return (
    <Layout frame={frame} title={`${name}: ${a} … ${b}`}>
      <div class="title">
        <h1>
          <a href={modelHref(name)}>
            <ModelName name={name} />
          </a>
        </h1>
        <p>
          From <a href={imageHref(name, { reference: from.reference })}>{a}</a> to{' '}
          <a href={imageHref(name, { reference: to.reference })}>{b}</a> (
          <a href={compareHref(name, to.reference, from.reference)}>the other way round</a>)
        </p>
      </div>
      <Moved comparison={comparison} />
      <FileList
        title="Changed"
        files={changed.map(({ to: file, from: before }) => ({ ...file, before: before.size }))}
        name={name}
        reference={to.reference}
      />
      <FileList title="Added" files={added} name={name} reference={to.reference} />
      <FileList title="Removed" files={removed} name={name} reference={from.reference} />
      <p class="nothing">
        {unchanged === 0 ? 'No file is the same in both.' : `${count(unchanged, 'file')} the same in both.`}
      </p>
    </Layout>
  );
}

function Moved({ comparison: { from, to, bytes, newLayers, sameLayers } }: { comparison: Comparison }) {
  return (
    <section class="moved" aria-labelledby="moved">
      <h2 id="moved" class="hidden">
        What moves
      </h2>
      <p class="figure">{formatBytes(bytes)}</p>
      <p>
        {`moves for ${labelOf(to)} where ${labelOf(from)} is there already: ${count(newLayers.length, 'new layer')}, ${count(sameLayers, 'layer')} unchanged. The whole of it has ${formatBytes(to.size)}.`}
      </p>
    </section>
  );
}

interface FileListProps {
  title: string;
  /** `before`: bytes in the first image. */
  files: readonly (ImageFile & { before?: number })[];
  name: string;
  reference: string;
}

function FileList({ title, files, name, reference }: FileListProps) {
  if (files.length === 0) return <></>;
  const left = files.length - MAX_FILES;
  return (
    <section aria-labelledby={`files-${title}`}>
      <h2 id={`files-${title}`}>
        {title} <span class="sum">{count(files.length, 'file')}</span>
      </h2>
      <ul class="files plain">
        {files.slice(0, MAX_FILES).map(({ path, size, before }) => (
          <li>
            <div class="row">
              <a class="path" href={fileHref(name, reference, path)} download="">
                {shorten(path, 200)}
              </a>
              <span class="kind">
                {before !== undefined && before !== size && `was ${formatBytes(before)}`}
              </span>
              <span class="size">{formatBytes(size)}</span>
            </div>
          </li>
        ))}
      </ul>
      {left > 0 && <p class="nothing">and {count(left, 'file')} more</p>}
    </section>
  );
}

function labelOf({ reference }: ComparedImage): string {
  return reference.includes(':') ? shortDigest(reference) : shorten(reference, 60);
}
