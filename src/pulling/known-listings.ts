/**
 * What is in layers that were read through, in the cache directory: the next run knows it without reading them again.
 * A layer's digest decides all of it, so that nothing here ever grows old.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { z } from 'zod';

import { isDigest, type Digest } from '../oci/digest.ts';
import type { ImageLayer } from '../reading/image.ts';
import type { LayerListing } from '../reading/listing.ts';
import { hasCode } from './output-folder.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));
const path = z.string().refine((text) => !text.split('/').some((part) => part === '.' || part === '..'));
const mode = z.int().nonnegative();

const entries = z.array(
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('reg'), path, size: z.int().nonnegative(), mode, digest }),
    z.object({
      type: z.enum(['dir', 'symlink', 'hardlink', 'char', 'block', 'fifo']),
      path,
      mode,
      linkName: z.string().exactOptional(),
    }),
  ]),
);

/** @returns undefined where the layer has not been read yet */
export async function knownListing(cache: string, layer: ImageLayer): Promise<LayerListing | undefined> {
  try {
    const parsed = entries.safeParse(JSON.parse(await readFile(fileOf(cache, layer), 'utf8')));
    // A file that something else has written costs the layer being read once more.
    return parsed.success ? { layer, entries: parsed.data } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export async function noteListing(cache: string, listing: LayerListing): Promise<void> {
  const file = fileOf(cache, listing.layer);
  const unfinished = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(unfinished, JSON.stringify(listing.entries));
  await rename(unfinished, file);
}

function fileOf(cache: string, { descriptor }: ImageLayer): string {
  return join(cache, 'layers', `${descriptor.digest.replace(':', '-')}.json`);
}
