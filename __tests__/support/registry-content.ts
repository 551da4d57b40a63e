/** Images and artifacts as what a repository holds of them, for a registry over HTTP or for a bucket itself. */
import type { Digest } from '../../src/oci/digest.ts';
import { acceptManifest } from '../../worker/src/manifests/accept.ts';
import { storeBlob } from '../../worker/src/storage/blobs.ts';
import type { Store } from '../../worker/src/storage/store.ts';
import { moveTag } from '../../worker/src/storage/tags.ts';
import { putForeignImage, type ForeignTool } from './foreign-images.ts';
import { CONFIG, descriptor, digestOf, IMAGE, INDEX, type OciClient } from './oci-client.ts';
import type { StandInLayer } from './stand-in-images.ts';
import { tarLayer } from './tar-layer.ts';

export interface RegistryContent {
  blobs: Map<string, Buffer>;
  /** By tag and by digest, children before what lists them. */
  manifests: Map<string, { type: string; bytes: Buffer }>;
}

export function emptyContent(): RegistryContent {
  return { blobs: new Map(), manifests: new Map() };
}

/** As another tool packed it; changed, where that is asked for. */
export function foreignContent(
  tool: ForeignTool,
  tag: string,
  change: { manifest?: (manifest: Json) => Json; config?: (config: Json) => Json } = {},
): RegistryContent {
  const content = emptyContent();
  putForeignImage(content, tool, tag);
  const { type, bytes } = content.manifests.get(tag) ?? { type: '', bytes: Buffer.alloc(0) };
  let manifest = JSON.parse(bytes.toString()) as Json;
  if (change.config !== undefined) {
    const { digest, mediaType } = manifest['config'] as { digest: string; mediaType: string };
    const config = change.config(JSON.parse(content.blobs.get(digest)?.toString() ?? '{}') as Json);
    manifest = { ...manifest, config: putBlob(content, mediaType, Buffer.from(JSON.stringify(config))) };
  }
  manifest = change.manifest?.(manifest) ?? manifest;
  content.manifests.clear();
  putDocument(content, { mediaType: type, json: manifest, tag });
  return content;
}

type Json = Record<string, unknown>;

export interface BaseOptions {
  tag?: string;
  /** An index where there are any, one manifest of linux/amd64 where there are none. */
  platforms?: readonly string[];
  /** Of each platform. */
  layers?: readonly StandInLayer[];
  format?: keyof typeof FORMATS;
}

const FORMATS = {
  oci: {
    manifest: IMAGE,
    index: INDEX,
    config: CONFIG,
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
};

/** A base image: by default one layer with /etc/os-release. */
export function baseContent({
  tag = '1',
  platforms = [],
  layers = [tarLayer([{ name: 'etc/os-release', content: 'NAME=tiny\n' }])],
  format = 'oci',
}: BaseOptions = {}): RegistryContent {
  const content = emptyContent();
  const types = FORMATS[format];
  const image = (platform: string, named?: string): object => {
    const [os, architecture, variant] = platform.split('/');
    const config = {
      architecture,
      os,
      ...(variant === undefined ? {} : { variant }),
      config: { Env: ['PATH=/bin'], Cmd: ['sh'], Labels: { base: 'yes' } },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(() => ({ created: '2026-01-01T00:00:00Z', created_by: 'ADD rootfs' })),
    };
    const manifest = {
      schemaVersion: 2,
      mediaType: types.manifest,
      config: putBlob(content, types.config, Buffer.from(JSON.stringify(config))),
      layers: layers.map(({ blob }) => putBlob(content, types.layer, blob)),
    };
    const document = putDocument(content, {
      mediaType: types.manifest,
      json: manifest,
      ...(named === undefined ? {} : { tag: named }),
    });
    return { ...document, platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } };
  };
  if (platforms.length === 0) {
    image('linux/amd64', tag);
    return content;
  }
  const manifests = platforms.map((platform) => image(platform));
  putDocument(content, {
    mediaType: types.index,
    json: { schemaVersion: 2, mediaType: types.index, manifests },
    tag,
  });
  return content;
}

export function putBlob(content: RegistryContent, mediaType: string, bytes: Buffer): object {
  content.blobs.set(digestOf(bytes), bytes);
  return descriptor(mediaType, bytes);
}

export function putDocument(
  { manifests }: RegistryContent,
  { mediaType, json, tag }: { mediaType: string; json: object; tag?: string },
): object {
  const bytes = Buffer.from(JSON.stringify(json));
  for (const name of tag === undefined ? [digestOf(bytes)] : [tag]) {
    manifests.set(name, { type: mediaType, bytes });
  }
  return descriptor(mediaType, bytes);
}

/** @returns the digest of what was pushed last: of what the tag names */
export async function pushContent(client: OciClient, { blobs, manifests }: RegistryContent): Promise<string> {
  for (const bytes of blobs.values()) await client.pushBlob(new Uint8Array(bytes));
  let digest = '';
  for (const [reference, { type, bytes }] of manifests) {
    const response = await client.request('PUT', `manifests/${reference}`, {
      headers: { 'Content-Type': type },
      body: new Uint8Array(bytes),
    });
    if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
    digest = digestOf(bytes);
  }
  return digest;
}

/** Straight into the bucket, as if it had been pushed. @returns the digest of what the tag names */
export async function storeContent(
  store: Store,
  repository: string,
  { blobs, manifests }: RegistryContent,
): Promise<Digest> {
  for (const bytes of blobs.values()) {
    await storeBlob(store, repository, { digest: digestOf(bytes) as Digest, bytes: new Uint8Array(bytes) });
  }
  let digest = '' as Digest;
  for (const [reference, { type, bytes }] of manifests) {
    digest = digestOf(bytes) as Digest;
    await acceptManifest(store, repository, { digest, mediaType: type, bytes: new Uint8Array(bytes) });
    if (reference !== digest)
      await moveTag(store, repository, { tag: reference, digest, isImmutable: false });
  }
  return digest;
}
