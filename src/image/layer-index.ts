/**
 * The layer index: which layer key had which layer, in which repository. A file of the cache directory to which a
 * line is appended as each layer is finished, so that a run that was killed, and another model with the same files,
 * find the layer again. It is a hint: what it says is trusted only after the registry confirmed the blob.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { z } from 'zod';

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

/** Reads the index of a cache directory; a file that is not there yet is an empty one. */
export async function openLayerIndex(path: string): Promise<LayerIndex> {
  const byKey = new Map<string, LayerRecord[]>();
  const remember = (added: LayerRecord): void => {
    const others = (byKey.get(added.key) ?? []).filter(
      (known) => known.registry !== added.registry || known.repository !== added.repository,
    );
    byKey.set(added.key, [added, ...others]);
  };
  const text = await readIndex(path);
  for (const line of text.split('\n')) {
    const known = parseLine(line);
    if (known !== undefined) remember(known);
  }
  // A kill in the middle of an append leaves a line without its end: the next one must not be glued to it.
  let separator = text === '' || text.endsWith('\n') ? '' : '\n';
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

async function readIndex(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
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
