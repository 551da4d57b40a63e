import path from 'node:path';
import { compareBytes } from '../oci/compare.ts';
import type { Platform } from '../oci/descriptor.ts';
import { type Entry, formatPlatform, type Position } from './entry.ts';
import { imageNameOf } from './image-name.ts';
import type { ListedEntry } from './schema.ts';

const DEFAULT_TAG = 'latest';
const DEFAULT_PLATFORMS = ['linux/amd64', 'linux/arm64'];

/** The entry with its defaults filled in and what has no order sorted, so that equal entries are equal data. */
export function normalise(listed: ListedEntry, position: Position): Entry {
  const image = imageOf(listed);
  if (image === undefined) throw new RangeError(`"${listed.name}" leaves nothing of an image name`);
  const options = {
    name: listed.name,
    image,
    tags: tagsOf(listed),
    include: several(listed.include).toSorted(compareBytes),
    exclude: several(listed.exclude).toSorted(compareBytes),
    layout: listed.layout ?? 'layers',
    platforms: platformsOf(listed),
    position,
  };
  const { sha, source, pin, track } = listed;
  if (sha !== undefined) {
    return { ...options, sha, pinned: pin === 'true', ...(track === undefined ? {} : { track }) };
  }
  if (source !== undefined) return { ...options, source: path.posix.join(source, '.') };
  throw new RangeError(`"${listed.name}" has neither a sha nor a source`);
}

export function tagsOf(listed: Pick<ListedEntry, 'tag' | 'tagAs'>): string[] {
  return several(listed.tag ?? listed.tagAs ?? DEFAULT_TAG);
}

/** @returns undefined where the name leaves nothing of an image name. */
export function imageOf(listed: Pick<ListedEntry, 'name' | 'image'>): string | undefined {
  return listed.image ?? imageNameOf(listed.name);
}

function platformsOf(listed: ListedEntry): Platform[] {
  const written = new Set(several(listed.platforms ?? DEFAULT_PLATFORMS).map(canonicalPlatform));
  return [...written].toSorted(compareBytes).map((text) => {
    const [os = '', architecture = '', variant] = text.split('/');
    return variant === undefined ? { os, architecture } : { os, architecture, variant };
  });
}

/** The variants that clients take for granted are not written (containerd's `platforms.Normalize`). */
function canonicalPlatform(text: string): string {
  const [os = '', architecture = '', variant] = text.split('/');
  const implied = architecture === 'arm64' ? 'v8' : architecture === 'amd64' ? 'v1' : undefined;
  return variant === undefined || variant === implied
    ? formatPlatform({ os, architecture })
    : formatPlatform({ os, architecture, variant });
}

function several(value: string | readonly string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : [...value];
}
