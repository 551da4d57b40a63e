/** The files of an image: a tree, or one folder of a tree that is too large for a page. */
import { fileHref, imageHref } from '../addresses.ts';
import type { ImageFile, ImageLayer } from '../../images/inspection.ts';
import { count, formatBytes, formatNumber, shorten } from '../format.ts';
import { MAX_ROWS, stepsTo, treeOf, type Folder } from './file-tree.ts';
import type { ImageView } from './view.ts';

export function Files(view: ImageView) {
  const { kind, files, size, incomplete, artifact, layers } = view.image;
  const archives = layers.filter((layer) => layer.files === undefined && layer.title !== undefined);
  const isTree = files.length <= MAX_ROWS;
  const root = treeOf(files, isTree ? '' : (view.folder ?? ''));
  return (
    <section id="files" aria-labelledby="files-title">
      <h2 id="files-title">
        Files{' '}
        <span class="sum">
          {files.length === 0 && archives.length > 0
            ? count(archives.length, 'archive')
            : formatNumber(files.length)}
          , {formatBytes(size)} in layers
        </span>
      </h2>
      {incomplete !== undefined && archives.length === 0 && (
        <Incomplete reason={incomplete} isExpected={kind === 'container'} />
      )}
      {artifact?.contradiction !== undefined && (
        <p class="warning">What it says of itself is not shown: {shorten(artifact.contradiction, 300)}</p>
      )}
      {!isTree && <Way view={view} />}
      {files.length > 0 && <Rows view={view} folder={root} isTree={isTree} />}
      {archives.length > 0 && <Archives layers={archives} />}
      {files.length === 0 && archives.length === 0 && (
        <p class="nothing">No files are known of this image: its layers have no table of contents.</p>
      )}
    </section>
  );
}

/** Bases are made by others, as a rule without a table of contents. */
function Incomplete({ reason, isExpected }: { reason: string; isExpected: boolean }) {
  return isExpected ? (
    <p class="sum">Those of layers without a table of contents, as a base has them, are not listed.</p>
  ) : (
    <p class="warning">The list is not complete: {shorten(reason, 300)}.</p>
  );
}

/** What a layer says of itself where its files are not known. */
function Archives({ layers }: { layers: readonly ImageLayer[] }) {
  const left = layers.length - MAX_ROWS;
  return (
    <>
      <ul class="files plain">
        {layers.slice(0, MAX_ROWS).map(({ title = '', role, size }) => (
          <li>
            <div class="row">
              <span class="path">{shorten(title)}</span>
              <span class="kind">{role}</span>
              <span class="size">{formatBytes(size)}</span>
            </div>
          </li>
        ))}
      </ul>
      <p class="nothing">
        {left > 0 && `And ${count(left, 'layer')} more. `}
        Archives without a table of contents: each is listed as a whole, with the size of its layer.
      </p>
    </>
  );
}

interface RowsProps {
  view: ImageView;
  folder: Folder;
  isTree: boolean;
}

function Rows({ view, folder, isTree }: RowsProps) {
  const files = folder.files.slice(0, MAX_ROWS);
  const left = folder.files.length - files.length;
  return (
    <ul class="files">
      {folder.folders.map((inner) => (
        <li>
          {isTree ? <OpenFolder view={view} folder={inner} /> : <FolderLink view={view} folder={inner} />}
        </li>
      ))}
      {files.map((file) => (
        <li>
          <FileRow view={view} file={file} />
        </li>
      ))}
      {left > 0 && (
        <li class="nothing">
          and {count(left, 'file')} more, which{' '}
          <a href={`/api/models/${view.model.name}`}>the JSON of this model</a> lists
        </li>
      )}
    </ul>
  );
}

function OpenFolder({ view, folder }: { view: ImageView; folder: Folder }) {
  return (
    <details open={folder.fileCount <= 20}>
      <summary>
        <span class="path">{shorten(folder.name)}/</span>
        <Sum folder={folder} />
      </summary>
      <Rows view={view} folder={folder} isTree />
    </details>
  );
}

function FolderLink({ view: { model, reference, file }, folder }: { view: ImageView; folder: Folder }) {
  const href = imageHref(model.name, {
    ...(reference === undefined ? {} : { reference }),
    ...(file === undefined ? {} : { file }),
    folder: folder.path,
  });
  return (
    <div class="row">
      <a class="path" href={`${href}#files`}>
        {shorten(folder.name)}/
      </a>
      <Sum folder={folder} />
    </div>
  );
}

function Sum({ folder: { fileCount, size } }: { folder: Folder }) {
  return (
    <>
      <span class="kind">{count(fileCount, 'file')}</span>
      <span class="size">{formatBytes(size)}</span>
    </>
  );
}

function FileRow({ view: { model, image, reference, folder }, file }: { view: ImageView; file: ImageFile }) {
  const { path, size, format } = file;
  const name = shorten(path.slice(path.lastIndexOf('/') + 1));
  const use = imageHref(model.name, {
    ...(reference === undefined ? {} : { reference }),
    ...(folder === undefined ? {} : { folder }),
    file: path,
  });
  return (
    <div class="row">
      <a class="path" href={fileHref(model.name, image.reference, path)} download="">
        {name}
      </a>
      <span class="kind">{format}</span>
      <span class="size">{formatBytes(size)}</span>
      <a class="choose" href={`${use}#use`} data-file={path} aria-label={`Use ${name}`}>
        use
      </a>
    </div>
  );
}

/** Back up out of a folder. */
function Way({ view: { model, reference, folder } }: { view: ImageView }) {
  if (folder === undefined || folder === '') return <></>;
  const to = (path: string): string =>
    `${imageHref(model.name, { ...(reference === undefined ? {} : { reference }), ...(path && { folder: path }) })}#files`;
  return (
    <nav class="way" aria-label="Folders">
      <a href={to('')}>{model.name.slice(model.name.lastIndexOf('/') + 1)}</a>
      {stepsTo(folder).map(({ name, path }) => (
        <>
          {' / '}
          <a href={to(path)}>{shorten(name)}</a>
        </>
      ))}
      {' / '}
      <span>{shorten(folder.slice(folder.lastIndexOf('/') + 1))}</span>
    </nav>
  );
}
