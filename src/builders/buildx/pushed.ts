/** What BuildKit pushed, held to what it was asked to build. */
import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { UserError } from '../../errors.ts';
import { openLayer } from '../../estargz/reader.ts';
import type { Descriptor, ImageConfig, Manifest } from '../../oci/descriptor.ts';
import { isDigest, type Digest } from '../../oci/digest.ts';
import { MEDIA_TYPE } from '../../oci/media-types.ts';
import type { Repository } from '../../registry/registry.ts';
import { count } from '../../report/format.ts';
import type { PlannedLayer } from '../builder.ts';
import type { FoundLayer } from '../known-layers.ts';
import type { Contents } from './context.ts';
import { STREAM_INSTEAD } from './hints.ts';

/** A layer that was to be built, and the content of its files. */
export interface WantedLayer {
  layer: PlannedLayer;
  contents: Contents;
}

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));
const Metadata = z.object({ 'containerimage.digest': digest });

const TOC_DIGEST = 'containerd.io/snapshot/stargz/toc.digest';

/** A config holds a diffID and a line of history a layer. */
const MAX_CONFIG = 4 * 1024 * 1024;

/** @param file that buildx wrote by `--metadata-file`. @returns the digest of the manifest that was pushed. */
export async function readPushedDigest(file: string): Promise<Digest> {
  return Metadata.parse(JSON.parse(await readFile(file, 'utf8')))['containerimage.digest'];
}

/**
 * The layers of BuildKit's manifest, in the order of `wanted`. Their tables of contents are read back and held to the
 * files' digests, so that nothing that a cache mixed up is published.
 * @throws UserError where BuildKit made something else
 */
export async function readPushedLayers(
  repository: Repository,
  pushed: Digest,
  wanted: readonly WantedLayer[],
): Promise<FoundLayer[]> {
  const manifest = await readManifest(repository, pushed);
  const config = parse(await repository.getBlob(manifest.config.digest, MAX_CONFIG)) as ImageConfig;
  const diffIds = config.rootfs.diff_ids;
  if (manifest.layers.length !== wanted.length || diffIds.length !== wanted.length) {
    throw unexpected(`${count(manifest.layers.length, 'layer')} instead of ${wanted.length}`);
  }
  return Promise.all(
    wanted.map(async (one, at) => {
      const [descriptor, diffId] = [manifest.layers[at]!, diffIds[at]!];
      await checkLayer(repository, descriptor, one);
      return { descriptor, diffId, origin: 'pushed' as const };
    }),
  );
}

async function readManifest(repository: Repository, pushed: Digest): Promise<Manifest> {
  const found = await repository.getManifest(pushed);
  if (found === undefined) throw unexpected(`no manifest ${pushed} in ${repository.name}`);
  const { mediaType } = found.descriptor;
  if (mediaType !== MEDIA_TYPE.manifest) throw unexpected(`a manifest of the type ${mediaType}`);
  return parse(found.bytes) as Manifest;
}

async function checkLayer(
  repository: Repository,
  descriptor: Descriptor,
  { layer, contents }: WantedLayer,
): Promise<void> {
  const tocDigest = descriptor.annotations?.[TOC_DIGEST];
  if (descriptor.mediaType !== MEDIA_TYPE.layerGzip || tocDigest === undefined || !isDigest(tocDigest)) {
    throw unexpected(`a layer of the type ${descriptor.mediaType} that is not eStargz`);
  }
  const { entries } = await openLayer({
    read: async (offset, length) =>
      Uint8Array.from(await repository.readBlobRange(descriptor.digest, offset, length)),
    size: descriptor.size,
    tocDigest,
  }).catch((cause: unknown) => {
    if (!(cause instanceof RangeError)) throw cause;
    throw unexpected(`a layer of ${layer.title} that cannot be read: ${cause.message}`, cause);
  });
  const files = [...entries.values()].filter(({ type }) => type !== 'dir');
  if (files.length !== layer.files.length) {
    throw unexpected(
      `a layer of ${layer.title} with ${count(files.length, 'file')} instead of ${layer.files.length}`,
    );
  }
  for (const { path, size } of layer.files) {
    const entry = entries.get(path);
    const same =
      entry?.type === 'reg' && entry.size === size && (size === 0 || entry.digest === contents.get(path));
    if (!same) throw unexpected(`other content for ${JSON.stringify(path)} than it was given`);
  }
}

/** Of what BuildKit wrote a moment ago. */
function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

function unexpected(what: string, cause?: unknown): UserError {
  return new UserError(`BuildKit pushed ${what}. Nothing of it is published.`, {
    hint: `Empty its cache with "docker buildx prune" and run again, try another BuildKit, or ${STREAM_INSTEAD}.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
