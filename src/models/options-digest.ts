import { createHash } from 'node:crypto';
import path from 'node:path';

import type { BuilderName } from '../image/layer-key.ts';
import type { Digest } from '../oci/digest.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { Entry } from './entry.ts';

/**
 * The SHA-256, in hex, of what an entry asks for besides its revision, and of the builder. With the recipe version
 * it makes the annotation that tells whether a published image is up to date. Tags, the image's name and the place
 * of a source folder change nothing in the image and are left out. What has its default is not written, so that
 * an option that is added later leaves the digests of entries that don't use it as they are.
 *
 * @param prompt digest of the entry's prompt, where it has one
 */
export function optionsDigest(entry: Entry, builder: BuilderName, prompt?: Digest): string {
  const { cmd, labels, variant } = entry;
  const options = {
    builder,
    ...(cmd === undefined ? {} : { cmd }),
    ...(entry.exclude.length === 0 ? {} : { exclude: entry.exclude }),
    ...(entry.include.length === 0 ? {} : { include: entry.include }),
    ...(labels === undefined ? {} : { labels }),
    ...(entry.layout === 'layers' ? {} : { layout: entry.layout }),
    name: entry.name,
    platforms: entry.platforms.map(formatPlatform),
    ...(prompt === undefined ? {} : { prompt: [path.posix.basename(entry.prompt ?? ''), prompt] }),
    ...(variant === undefined ? {} : { variant }),
  };
  return createHash('sha256').update(JSON.stringify(options)).digest('hex');
}
