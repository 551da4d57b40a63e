/** Images of models as the publisher makes them, pushed by plain requests, and the catalogue's answers about them. */
import { gzipSync } from 'node:zlib';

import type { ListPage } from '../../worker/src/catalogue/query.ts';
import { TOC_DIGEST_ANNOTATION } from '../../src/estargz/toc.ts';
import { layerBytes, layerWithToc, sha256, type Content, type LayerBytes } from './layer-bytes.ts';
import { CONFIG, descriptor, IMAGE, INDEX, OciClient } from './oci-client.ts';

export interface PushedModel {
  /** Of the index. */
  digest: string;
  manifest: string;
  layers: string[];
}

export interface ModelOptions {
  tag?: string;
  annotations?: Record<string, string>;
  /** What makes a layer's bytes of its files. */
  pack?: (content: Content) => LayerBytes;
  headers?: Record<string, string>;
}

export const GZIP_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Pushes an index of one image; each content is a layer. */
export async function pushModel(
  { url }: { url: string },
  name: string,
  contents: readonly Content[],
  { tag = 'latest', annotations = {}, pack = layerBytes, headers = {} }: ModelOptions = {},
): Promise<PushedModel> {
  const client = new OciClient(url, name, headers);
  const config = Buffer.from('{}');
  const layers = [];
  for (const content of contents) {
    const { blob, tocDigest } = pack(content);
    const [title, ...more] = Object.keys(content);
    layers.push({
      ...descriptor(GZIP_LAYER, blob, await client.pushBlob(blob)),
      annotations: {
        [TOC_DIGEST_ANNOTATION]: tocDigest,
        ...(title !== undefined && more.length === 0 ? { 'org.opencontainers.image.title': title } : {}),
      },
    });
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE,
    config: descriptor(CONFIG, config, await client.pushBlob(config)),
    layers,
    annotations,
  };
  const digest = await client.pushManifest(manifest);
  const platform = { os: 'linux', architecture: 'amd64' };
  const index = {
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: [{ ...descriptor(IMAGE, JSON.stringify(manifest), digest), platform }],
    annotations,
  };
  return {
    digest: await client.pushManifest(index, tag),
    manifest: digest,
    layers: layers.map((layer) => layer.digest),
  };
}

/** A layer as anybody may write it: a gzip member for each file, and entries that can be changed before they are written. */
export function anyLayer(
  content: Content,
  change: (entries: TocJson[]) => unknown = (entries) => entries,
): LayerBytes {
  const members = Object.values(content).map((bytes) => gzipSync(bytes));
  let offset = 0;
  const entries = Object.entries(content).map(([name, bytes], n): TocJson => {
    const place = bytes.length === 0 ? {} : { offset, chunkDigest: sha256(bytes) };
    offset += members[n]?.length ?? 0;
    return { name, type: 'reg', size: bytes.length, digest: sha256(bytes), ...place };
  });
  return layerWithToc(members, { version: 1, entries: change(entries) });
}

export type TocJson = Record<string, unknown>;

export async function readJson<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** Asks for the list until it is as expected. */
export async function listOnce(
  { url }: { url: string },
  isAsExpected: (page: ListPage) => boolean,
  query = '',
): Promise<ListPage> {
  for (;;) {
    const page = await readJson<ListPage>(`${url}/api/models${query}`);
    if (isAsExpected(page)) return page;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
