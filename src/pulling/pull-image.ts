/** Brings files of an image to a folder: what is there and right stays, what is begun is gone on with. */
import { constants } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';

import pLimit from 'p-limit';

import { UserError } from '../errors.ts';
import { RangeMismatchError } from '../http/range/byte-range.ts';
import type { ImageLayer, OpenImage } from '../reading/image.ts';
import type { LayerFile } from '../reading/listing.ts';
import type { ImageFile } from '../reading/overlay.ts';
import type { Progress } from '../report/progress.ts';
import { ChunkedFile } from './chunked-file.ts';
import { fetchChunks } from './fetch-chunks.ts';
import { findEntries } from './find-entries.ts';
import { makeLink } from './links.ts';
import { fileMode, finishFile, hasCode, openUnfinished, OutputFolder } from './output-folder.ts';
import { isPresent } from './present.ts';
import { selectPaths, type Selection } from './select-paths.ts';
import { Staging } from './staging.ts';
import { Threads } from './threads.ts';

export interface PullRun {
  image: OpenImage;
  /** Paths and globs; none stand for all of the image. */
  paths: readonly string[];
  /** The folder that the files go to. */
  output: string;
  /** The cache directory. */
  cache: string;
  progress: Progress;
  signal: AbortSignal;
}

export interface PulledFile {
  path: string;
  /** Bytes. */
  size: number;
  digest?: string;
  /** `present`: it was there, and right. */
  status: 'written' | 'present';
}

export interface PullResult {
  /** The folder, without links. */
  output: string;
  files: PulledFile[];
  links: { path: string; target: string }[];
  /** What cannot be made of an image's entries: devices, pipes. */
  leftOut: { path: string; type: string }[];
}

/** Files that are looked at together. */
const FILES_AT_ONCE = 4;

/**
 * @throws UserError where something is not there, must not be written, has no room, or is not what its digest says;
 *   RegistryError. What has been verified until then stays for another run; under its own name there is only what
 *   is complete and right
 */
export async function pullImage(run: PullRun): Promise<PullResult> {
  const selection = selectPaths(run.paths);
  const folder = await OutputFolder.open(run.output);
  const threads = new Threads();
  try {
    return await new Pull(run, folder, threads).run(selection, true);
  } catch (error) {
    if (!(error instanceof RangeMismatchError))
      throw hasCode(error, 'ENOSPC') ? diskFull(folder, error) : error;
    run.progress.note(
      `${run.image.repository.name}: the registry gives no ranges, so layers are read as a whole`,
    );
    return await new Pull(run, folder, threads).run(selection, false);
  } finally {
    await threads.close();
  }
}

/** Files of one content: one that is fetched, and others that are copies of it, as hard links are. */
interface Group {
  content: LayerFile;
  layer: ImageLayer;
  missing: [ImageFile, ...ImageFile[]];
}

class Pull {
  readonly #run: PullRun;
  readonly #folder: OutputFolder;
  readonly #threads: Threads;
  readonly #staging: Staging;

  constructor(run: PullRun, folder: OutputFolder, threads: Threads) {
    this.#run = run;
    this.#folder = folder;
    this.#threads = threads;
    this.#staging = new Staging({
      repository: run.image.repository,
      folder,
      threads,
      onExpected: (bytes) => run.progress.expect(bytes),
      onWritten: (bytes) => run.progress.moved(bytes),
    });
  }

  async run(selection: Selection, hasRanges: boolean): Promise<PullResult> {
    const { image, cache } = this.#run;
    const found = await findEntries({ image, selection, cache, hasRanges, staging: this.#staging });
    const present = await this.#present(found.files);
    const groups = groupsOf(found.files.filter((file) => !present.has(file)));
    await this.#fetch(groups.filter(({ content }) => content.chunks !== undefined));
    await this.#takeStaged(
      groups.filter(({ content }) => content.chunks === undefined),
      found.numbers,
    );
    for (const { missing } of groups) await this.#copy(missing);
    for (const path of found.folders) {
      await this.#folder.makeParents(path);
      await this.#folder.makeFolder(path);
    }
    for (const link of found.links) await makeLink(link, this.#folder);
    await this.#staging.clear(image.layers);
    return {
      output: this.#folder.root,
      files: found.files.map((file) => pulledFile(file, present.has(file))),
      links: found.links.map(({ path, linkName = '' }) => ({ path, target: linkName })),
      leftOut: found.leftOut.map(({ path, type }) => ({ path, type })),
    };
  }

  async #present(files: readonly ImageFile[]): Promise<Set<ImageFile>> {
    const limit = pLimit(FILES_AT_ONCE);
    const present = new Set<ImageFile>();
    const look = async (file: ImageFile): Promise<void> => {
      this.#run.signal.throwIfAborted();
      if (await isPresent(file, this.#folder, this.#threads)) present.add(file);
    };
    await Promise.all(files.map((file) => limit(async () => look(file))));
    return present;
  }

  /** Files whose chunks a table of contents names. */
  async #fetch(groups: readonly Group[]): Promise<void> {
    const { image, progress, signal } = this.#run;
    const around = { folder: this.#folder, threads: this.#threads };
    const files = groups.map(({ content, missing: [{ path, mode }], layer }) => {
      return new ChunkedFile({ ...content, path, mode, content, layer }, around);
    });
    const limit = pLimit(FILES_AT_ONCE);
    await Promise.all(files.map((file) => limit(async () => file.takeUp())));
    const bytes = files.flatMap(({ missing }) => missing).reduce((sum, { chunkSize }) => sum + chunkSize, 0);
    await this.#folder.checkRoom(bytes);
    progress.expect(bytes);
    for (const { file } of files) await this.#folder.makeParents(file.path);
    // Of these an earlier run has written all but the name, or there is nothing to write.
    for (const file of files) if (file.missing.length === 0) await file.finish();
    const fetched = fetchChunks(files, {
      repository: image.repository,
      threads: this.#threads,
      signal,
      onBegun: ({ file }) => progress.begin(file.path),
      onFinished: ({ file }) => progress.end(file.path),
      onWritten: (written) => progress.moved(written),
    });
    await fetched.catch(async (error: unknown) => {
      // Without ranges there is no going on with them.
      if (error instanceof RangeMismatchError) await Promise.all(files.map((file) => file.discard()));
      throw error;
    });
  }

  /** Files of layers that have to be read through. */
  async #takeStaged(groups: readonly Group[], numbers: ReadonlyMap<LayerFile, number>): Promise<void> {
    for (const [layer, files] of Map.groupBy(groups, (group) => group.layer)) {
      const wanted = new Set<number>();
      for (const { content } of files) {
        const n = numbers.get(content) ?? 0;
        if (!(await this.#staging.has(layer, n, content))) wanted.add(n);
      }
      if (wanted.size > 0) await this.#staging.read(layer, (_, n) => wanted.has(n));
      for (const { content, missing } of files) {
        await this.#staging.take(layer, numbers.get(content) ?? 0, missing[0]);
      }
    }
  }

  async #copy([source, ...copies]: Group['missing']): Promise<void> {
    const folder = this.#folder;
    for (const file of copies) {
      const from = folder.unfinishedPath(file.path, 'copy');
      await folder.makeParents(file.path);
      await rm(from, { force: true });
      await copyFile(folder.pathOf(source.path), from, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      const paths = { from, to: folder.pathOf(file.path) };
      await finishFile(await openUnfinished(from), paths, fileMode(file));
    }
  }
}

/** In the order of the files. */
function groupsOf(files: readonly ImageFile[]): Group[] {
  return [...Map.groupBy(files, ({ content }) => content)].flatMap(([content, [first, ...others]]) =>
    first === undefined ? [] : [{ content, layer: first.layer, missing: [first, ...others] }],
  );
}

function pulledFile({ path, size, digest }: ImageFile, wasThere: boolean): PulledFile {
  return {
    path,
    size,
    ...(digest === undefined ? {} : { digest }),
    status: wasThere ? 'present' : 'written',
  };
}

function diskFull({ root }: OutputFolder, cause: unknown): UserError {
  return new UserError(`The disk of ${root} is full.`, {
    hint: 'Make room and pull again: what has been written is gone on with.',
    cause,
  });
}
