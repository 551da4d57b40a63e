/**
 * The build context: the files of the layers on disk, each layer in a folder of its key.
 *
 * BuildKit keeps the files of earlier contexts, and takes a file of the same path, size and time for the same file. All
 * times are 0 here, so that layers do not depend on them: it is the key in the path, which is a hash of the content's
 * oids, that keeps one revision's file from being taken for another's.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, open, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import pLimit from 'p-limit';

import { codeOf, UserError } from '../../errors.ts';
import { parents } from '../../estargz/paths.ts';
import type { SourceFile } from '../../hub/source.ts';
import { verifiedStream } from '../../hub/verified-stream.ts';
import type { Digest } from '../../oci/digest.ts';
import type { BuildJob, PlannedLayer } from '../builder.ts';
import { STREAM_INSTEAD } from './hints.ts';

/** SHA-256 of the content of each file of a layer, by path. */
export type Contents = ReadonlyMap<string, Digest>;

/** Each has 20 MiB in flight (`verifiedStream`). */
const FILES_AT_ONCE = 4;

/**
 * Downloads the layers' files into `folder`, which must be empty, each verified against its oid.
 * @returns what each layer holds, in their order.
 * @throws UserError where a file cannot be had, is not what was listed, or does not fit on the disk
 */
export async function writeContext(
  layers: readonly PlannedLayer[],
  folder: string,
  job: BuildJob,
): Promise<Contents[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  const turn = pLimit(FILES_AT_ONCE);
  const writing = layers.map(async (layer) => {
    const root = join(folder, layer.key);
    await makeFolders(root, layer);
    const files = layer.files.map((file) =>
      turn(async () => [file.path, await writeFile(file, root, { layer, job, signal })] as const),
    );
    const contents = new Map(await Promise.all(files));
    await resetFolders(root, layer);
    return contents;
  });
  try {
    return await Promise.all(writing);
  } finally {
    // Where one failed the others end before the folder is removed beneath them.
    stop.abort();
    await Promise.allSettled(writing);
  }
}

interface Writing {
  layer: PlannedLayer;
  job: BuildJob;
  signal: AbortSignal;
}

async function writeFile(file: SourceFile, root: string, { layer, job, signal }: Writing): Promise<Digest> {
  signal.throwIfAborted();
  const path = join(root, file.path);
  const hash = createHash('sha256');
  try {
    await using handle = await open(path, 'wx');
    for await (const piece of verifiedStream(job.source, file, signal)) {
      hash.update(piece);
      await handle.writeFile(piece);
      job.progress.moved(layer, piece.length);
    }
    // Whatever the umask is.
    await handle.chmod(0o644);
    await handle.utimes(0, 0);
  } catch (error) {
    throw explain(error, file.path);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** The folders of a layer's files, outermost first. */
function foldersOf({ files }: PlannedLayer): Set<string> {
  return new Set(files.flatMap(({ path }) => parents(path)));
}

async function makeFolders(root: string, layer: PlannedLayer): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const folder of foldersOf(layer)) {
    await mkdir(join(root, folder)).catch((error: unknown) => {
      throw explain(error, folder);
    });
  }
}

/** Once nothing is written into them any more, which would move their times. */
async function resetFolders(root: string, layer: PlannedLayer): Promise<void> {
  for (const folder of ['', ...foldersOf(layer)]) {
    const path = join(root, folder);
    await chmod(path, 0o755);
    await utimes(path, 0, 0);
  }
}

function explain(error: unknown, path: string): unknown {
  const code = codeOf(error);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new UserError(`The disk is full: ${JSON.stringify(path)} could not be written.`, {
        hint: `Free disk space, or ${STREAM_INSTEAD}.`,
        cause: error,
      });
    case 'EEXIST':
    case 'ENAMETOOLONG': {
      const why = code === 'EEXIST' ? 'takes its name for that of another file' : 'has no room for its name';
      return new UserError(`${JSON.stringify(path)} cannot be written: this machine's file system ${why}.`, {
        hint: `Leave the file out with exclude:, or ${STREAM_INSTEAD}.`,
        cause: error,
      });
    }
    default:
      return error;
  }
}
