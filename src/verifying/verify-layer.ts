/** A layer's bytes against all that is said of them: its digest, its table of contents, chunks and files. */
import { UserError } from '../errors.ts';
import type { SourceFile } from '../hub/source.ts';
import { oidHash } from '../hub/verified-stream.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageLayer } from '../reading/image.ts';
import {
  hasToc,
  isOwnFile,
  listByToc,
  type LayerEntry,
  type LayerFile,
  type LayerListing,
} from '../reading/listing.ts';
import { cleanPath } from '../reading/paths.ts';
import { readArchive, readThrough, type TakeFile } from '../reading/read-through.ts';
import type { Repository } from '../registry/registry.ts';
import type { Report } from './finding.ts';
import { unpackByChunks } from './unpack-by-chunks.ts';

/** What a layer turned out to be; nothing is known of one that cannot be read. */
export interface VerifiedLayer {
  listing?: LayerListing;
  /** Of its uncompressed bytes. */
  diffId?: Digest;
  /** Chunks that were looked at. */
  chunks: number;
  /** Git's blob ids of the files for which they were asked. */
  gitOids: ReadonlyMap<LayerFile, string>;
}

export interface LayerTask {
  repository: Repository;
  layer: ImageLayer;
  /** The files of the Hub by path, where the image is compared with it. */
  hubFiles?: ReadonlyMap<string, SourceFile>;
  report: Report;
}

/** Wrong bytes, and a registry that does not give them, become findings. */
export async function verifyLayer(task: LayerTask): Promise<VerifiedLayer> {
  const { repository, layer } = task;
  const gitOids = new Map<LayerFile, string>();
  const take = takeGitOids(task.hubFiles ?? new Map(), gitOids);
  const toc = await openToc(task);
  const chunks = [...(toc?.entries ?? [])].flatMap((entry) =>
    entry.type === 'reg' ? (entry.chunks ?? []) : [],
  );
  if (toc !== undefined) {
    const found = await attempt(task, () => readByChunks(task, { toc, take }));
    if (found !== undefined) return { ...found, chunks: chunks.length, gitOids };
    // Whether its bytes are those of its digest says whose fault it is; of other bytes nothing more is to be said.
    if (!(await attempt(task, () => readAll(repository, layer)))) return { chunks: 0, gitOids };
  }
  const listing = await attempt(task, () => readThrough(repository, layer, take));
  if (listing === undefined) return { chunks: 0, gitOids };
  return { listing, ...(listing.diffId === undefined ? {} : { diffId: listing.diffId }), chunks: 0, gitOids };
}

/** Undefined where it failed, which is then reported. */
async function attempt<T>({ layer, report }: LayerTask, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError || error instanceof RangeError)) throw error;
    report({ kind: 'layer', digest: layer.descriptor.digest, message: error.message });
    return undefined;
  }
}

async function openToc({ repository, layer, report }: LayerTask): Promise<LayerListing | undefined> {
  const { digest } = layer.descriptor;
  try {
    const toc = await listByToc(repository, layer);
    if (toc === undefined && hasToc(layer)) {
      report({ kind: 'toc', digest, message: 'cannot be read: the registry gives no ranges' });
    }
    return toc;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    report({ kind: 'toc', digest, message: error.message });
    return undefined;
  }
}

async function readAll(repository: Repository, { descriptor }: ImageLayer): Promise<true> {
  for await (const _ of repository.streamBlob(descriptor));
  return true;
}

async function readByChunks(
  { repository, layer, report }: LayerTask,
  { toc, take }: { toc: LayerListing; take: TakeFile },
): Promise<{ listing: LayerListing; diffId: Digest }> {
  const { digest, size } = layer.descriptor;
  const paths = new Map(
    toc.entries.flatMap((entry) =>
      entry.type === 'reg' ? (entry.chunks ?? []).map((chunk) => [chunk, entry.path] as const) : [],
    ),
  );
  const stream = repository.streamBlob(layer.descriptor);
  try {
    const tar = unpackByChunks(stream, {
      chunks: [...paths.keys()],
      size,
      onWrong(chunk, message) {
        const path = paths.get(chunk) ?? '';
        report({ kind: 'chunk', digest, path, message: `at ${chunk.chunkOffset} ${message}` });
      },
    });
    const { entries, diffId } = await readArchive(tar, take);
    compareEntries(toc.entries, entries, (path, message) => report({ kind: 'toc', digest, path, message }));
    return { listing: { layer, entries }, diffId };
  } finally {
    await stream.return();
  }
}

/** What a lazy reader sees beside what a plain one unpacks. */
function compareEntries(
  listed: readonly LayerEntry[],
  archived: readonly LayerEntry[],
  report: (path: string, message: string) => void,
): void {
  const byPath = new Map(archived.filter(({ path }) => path !== '').map((entry) => [entry.path, entry]));
  for (const entry of listed) {
    if (entry.path === '') continue;
    const found = byPath.get(entry.path);
    const difference = found === undefined ? 'is not in the tar archive' : differenceOf(entry, found);
    if (difference !== undefined) report(entry.path, difference);
    byPath.delete(entry.path);
  }
  for (const [path, entry] of byPath) {
    if (!isOwnFile(entry)) report(path, 'is in the tar archive, and not in the table of contents');
  }
}

function differenceOf(listed: LayerEntry, archived: LayerEntry): string | undefined {
  if (listed.type !== archived.type) return `is ${archived.type}, its TOC says ${listed.type}`;
  if (listed.type === 'reg' && archived.type === 'reg') {
    if (listed.size !== archived.size) return `has ${archived.size} bytes, its TOC says ${listed.size}`;
    const isOther = listed.digest !== undefined && listed.digest !== archived.digest;
    return isOther ? `is ${archived.digest}, its TOC says ${listed.digest}` : undefined;
  }
  const [said, is] = [listed, archived].map((entry) => linkOf(entry));
  return said === is ? undefined : `links to ${JSON.stringify(is)}, its TOC says ${JSON.stringify(said)}`;
}

function linkOf(entry: LayerEntry): string {
  if (entry.type === 'hardlink') return cleanPath(entry.linkName ?? '');
  return entry.type === 'symlink' ? (entry.linkName ?? '') : '';
}

/** The Hub tells small files' ids by git, which no table of contents has. */
function takeGitOids(hubFiles: ReadonlyMap<string, SourceFile>, gitOids: Map<LayerFile, string>): TakeFile {
  return async (file, content) => {
    const hubFile = hubFiles.get(file.path);
    if (hubFile === undefined || !hubFile.oid.startsWith('git-sha1:') || hubFile.size !== file.size) return;
    const hash = oidHash(hubFile);
    for await (const piece of content) hash.update(piece);
    gitOids.set(file, `git-sha1:${hash.digest('hex')}`);
  };
}
