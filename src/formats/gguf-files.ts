/** GGUF files wherever they are, whose headers are read when they are asked for. */
import type { FileRanges } from './file-ranges.ts';
import { readGguf, type Gguf } from './gguf.ts';
import { joinShards, type GgufFiles, type WholeGguf } from './gguf-shards.ts';

export interface GgufFile {
  path: string;
  /** Bytes. */
  size: number;
  /** @throws RangeError saying what is wrong with the file */
  header(): Promise<Gguf>;
}

export function rangedGguf(path: string, ranges: FileRanges): GgufFile {
  return { path, size: ranges.size, header: () => readGguf(ranges) };
}

/** The header of a model, all its shards together. @throws RangeError that begins with the path of the file at fault */
export async function readWhole({ files, missing }: GgufFiles<GgufFile>): Promise<WholeGguf> {
  const [{ path }, ...rest] = files;
  const [absent] = missing;
  if (absent !== undefined) {
    const more = missing.length === 1 ? ' is' : ` and ${missing.length - 1} more are`;
    throw new RangeError(`${path}: its shard ${absent}${more} not among the files`);
  }
  const shard = async (file: GgufFile) => ({ path: file.path, size: file.size, gguf: await headerOf(file) });
  return joinShards([await shard(files[0]), ...(await Promise.all(rest.map(shard)))]);
}

async function headerOf(file: GgufFile): Promise<Gguf> {
  try {
    return await file.header();
  } catch (error) {
    throw error instanceof RangeError
      ? new RangeError(`${file.path}: ${error.message}`, { cause: error })
      : error;
  }
}
