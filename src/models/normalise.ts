import path from 'node:path';
import { compareBytes } from '../oci/compare.ts';
import type { Platform } from '../oci/descriptor.ts';
import { formatPlatform } from '../oci/platform.ts';
import {
  type ArtifactFormat,
  type Entry,
  FORMATS,
  type Position,
  type Runtime,
  type Variant,
} from './entry.ts';
import { imageNameOf } from './image-name.ts';
import type { ListedRuntime } from './runtime-schema.ts';
import type { ListedEntry } from './schema.ts';

const DEFAULT_TAG = 'latest';
const DEFAULT_PLATFORMS = ['linux/amd64', 'linux/arm64'];

/**
 * The entry with its defaults filled in and what has no order sorted, so that equal entries are equal data: one for
 * each image that its variants make. Variants of the same globs are one image with several tags.
 */
export function normalise(listed: ListedEntry, position: Position): Entry[] {
  const { variants } = listed;
  const entry = withoutVariants(listed, position);
  if (variants === undefined) return [entry];
  const claimed = [...new Set(Object.values(variants).flatMap(several))].toSorted(compareBytes);
  const images = new Map<string, { tags: string[]; variant: Variant }>();
  for (const [tag, written] of Object.entries(variants)) {
    const globs = several(written).toSorted(compareBytes);
    const key = JSON.stringify(globs);
    const image = images.get(key) ?? { tags: [], variant: { globs, claimed } };
    image.tags.push(tag);
    images.set(key, image);
  }
  return [...images.values()].map((image) => ({ ...entry, ...image }));
}

function withoutVariants(listed: ListedEntry, position: Position): Entry {
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
    ...(listed.runtimes === undefined ? {} : { runtimes: listed.runtimes.map(runtimeOf) }),
    ...(listed.labels === undefined ? {} : { labels: sortedByName(listed.labels) }),
    ...(listed.prompt === undefined ? {} : { prompt: path.posix.join(listed.prompt, '.') }),
    ...(listed.cmd === undefined ? {} : { cmd: listed.cmd }),
    ...(listed.formats === undefined ? {} : { formats: formatsOf(listed.formats) }),
    position,
  };
  const { sha, source, pin, track } = listed;
  if (sha !== undefined) {
    return { ...options, sha, pinned: pin === 'true', ...(track === undefined ? {} : { track }) };
  }
  if (source !== undefined) return { ...options, source: path.posix.join(source, '.') };
  throw new RangeError(`"${listed.name}" has neither a sha nor a source`);
}

export function tagsOf(listed: Pick<ListedEntry, 'tag' | 'tagAs' | 'variants'>): string[] {
  if (listed.variants !== undefined) return Object.keys(listed.variants);
  return several(listed.tag ?? listed.tagAs ?? DEFAULT_TAG);
}

/** @returns undefined where the name leaves nothing of an image name. */
export function imageOf(listed: Pick<ListedEntry, 'name' | 'image'>): string | undefined {
  return listed.image ?? imageNameOf(listed.name);
}

function formatsOf(written: NonNullable<ListedEntry['formats']>): ArtifactFormat[] {
  const asked = new Set<string>(several(written));
  return FORMATS.filter((format) => asked.has(format));
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

function runtimeOf({ name, base, workdir, env, entrypoint, cmd, prefix }: ListedRuntime): Runtime {
  return {
    name,
    base,
    ...(workdir === undefined ? {} : { workdir }),
    ...(env === undefined ? {} : { env: sortedByName(env) }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(cmd === undefined ? {} : { cmd }),
    ...(prefix === undefined ? {} : { prefix: prefix.slice(1) }),
  };
}

function sortedByName(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => compareBytes(a, b)));
}

function several(value: string | readonly string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : [...value];
}
