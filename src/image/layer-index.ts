/**
 * The layer index: which layer key had which layer, in which repository. A file of the cache directory to which a
 * line is appended as each layer is finished, so that a run that was killed, and another model with the same files,
 * find the layer again. It is a hint: what it says is trusted only after the registry confirmed the blob.
 */
import { randomUUID } from 'node:crypto';
import {
  appendFile,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { dirname } from 'node:path';

import { z } from 'zod';

import { codeOf } from '../errors.ts';
import { isDigest, type Digest } from '../oci/digest.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));

const record = z.object({
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** host[:port] */
  registry: z.string(),
  repository: z.string(),
  descriptor: z.object({
    mediaType: z.string(),
    digest,
    size: z.int().nonnegative(),
    annotations: z.record(z.string(), z.string()),
  }),
  diffId: digest,
});

export type LayerRecord = z.infer<typeof record>;

export interface LayerIndex {
  /** The latest record of a key in each repository, newest first. */
  find(key: string): readonly LayerRecord[];
  add(added: LayerRecord): Promise<void>;
}

/** A file of this many lines more than records, and twice as many, is written anew when it is opened. */
const SPARE_LINES = 1000;

/** Reads the index of a cache directory; a file that is not there yet is an empty one. */
export async function openLayerIndex(path: string): Promise<LayerIndex> {
  const byKey = new Map<string, LayerRecord[]>();
  const remember = (added: LayerRecord): void => {
    const others = (byKey.get(added.key) ?? []).filter(
      (known) => known.registry !== added.registry || known.repository !== added.repository,
    );
    byKey.set(added.key, [added, ...others]);
  };
  const { lines, size, isTorn } = await readEach(path, (line) => {
    const known = parseLine(line);
    if (known !== undefined) remember(known);
  });
  const records = [...byKey.values()].flatMap((known) => known.toReversed());
  const isSparse = lines > SPARE_LINES + 2 * records.length;
  const isCompact = isSparse && (await compact(path, size, records));
  // A kill in the middle of an append leaves a line without its end: the next one must not be glued to it.
  let separator = isTorn && !isCompact ? '\n' : '';
  return {
    find: (key) => byKey.get(key) ?? [],
    async add(added) {
      remember(added);
      const line = `${separator}${JSON.stringify(added)}\n`;
      separator = '';
      await mkdir(dirname(path), { recursive: true });
      // One write in append mode: two processes do not mix their lines.
      await appendFile(path, line);
    },
  };
}

/** Notes a layer in a file of its own, which `addRecords` adds to an index. */
export async function appendRecord(path: string, added: LayerRecord): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await appendFile(path, `${JSON.stringify(added)}\n`);
}

/** Adds the records of another file to an index that nobody has open; its lines are looked at when it is opened. */
export async function addRecords(path: string, from: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Each of both may end in the middle of a line.
  await appendFile(path, `\n${await readFile(from, 'utf8')}`);
}

interface ReadFile {
  lines: number;
  /** Bytes. */
  size: number;
  /** Whether its last line has no end. */
  isTorn: boolean;
}

async function readEach(path: string, see: (line: string) => void): Promise<ReadFile> {
  const file = await openIfThere(path);
  if (file === undefined) return { lines: 0, size: 0, isTorn: false };
  try {
    const { size } = await file.stat();
    const last = await file.read(new Uint8Array(1), { position: Math.max(0, size - 1) });
    let lines = 0;
    for await (const line of file.readLines({ start: 0, autoClose: false })) {
      see(line);
      lines += 1;
    }
    return { lines, size, isTorn: size > 0 && last.buffer[0] !== NEWLINE };
  } finally {
    await file.close();
  }
}

const NEWLINE = 0x0a;

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Puts a file of these records in the place of one that has grown to `size` bytes of mostly older ones. What another
 * process appends in the instant of the exchange is lost, which costs its layer being made once more.
 * @returns false where another process has just appended to it: it is left to the next run
 */
async function compact(path: string, size: number, records: readonly LayerRecord[]): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, records.map((known) => `${JSON.stringify(known)}\n`).join(''));
    if ((await stat(path)).size !== size) return false;
    await rename(temporary, path);
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

function parseLine(line: string): LayerRecord | undefined {
  if (line === '') return undefined;
  try {
    return record.safeParse(JSON.parse(line)).data;
  } catch {
    // A torn line costs its layer being made once more.
    return undefined;
  }
}
