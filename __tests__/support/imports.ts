/** Imports, as tests ask for them: an upstream in memory with an image, and a registry that may import from it. */
import type { ImportRecord } from '../../worker/src/imports/record.ts';
import { CONFIG, descriptor, IMAGE, INDEX, LAYER } from './oci-client.ts';
import { digest, type RegistryStandIn } from './registry-stand-in.ts';
import { startRegistry, type TestRegistry } from './worker.ts';

export const MiB = 1024 * 1024;

export interface UpstreamImage {
  /** Of the index. */
  digest: string;
  manifest: string;
  layers: string[];
  config: string;
}

/** Puts an index of one image with these layers into the upstream. */
export function addImage(
  upstream: Pick<RegistryStandIn, 'blobs' | 'manifests'>,
  layers: readonly Buffer[],
  tag?: string,
): UpstreamImage {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', layers: layers.length }));
  for (const bytes of [config, ...layers]) upstream.blobs.set(digest(bytes), bytes);
  const image = addManifest(upstream, {
    schemaVersion: 2,
    mediaType: IMAGE,
    config: descriptor(CONFIG, config),
    layers: layers.map((bytes) => descriptor(LAYER, bytes)),
  });
  const index = { schemaVersion: 2, mediaType: INDEX, manifests: [descriptor(IMAGE, image.bytes)] };
  const { name } = addManifest(upstream, index, tag);
  return { digest: name, manifest: image.name, layers: layers.map(digest), config: digest(config) };
}

export function addManifest(
  { manifests }: Pick<RegistryStandIn, 'manifests'>,
  json: { mediaType: string; [key: string]: unknown },
  tag?: string,
): { name: string; bytes: Buffer } {
  const bytes = Buffer.from(JSON.stringify(json));
  const name = digest(bytes);
  for (const reference of tag === undefined ? [name] : [name, tag]) {
    manifests.set(reference, { type: json.mediaType, bytes });
  }
  return { name, bytes };
}

/**
 * Settings of a registry that may import anonymously from these hosts, in small parts, and tries again soon. It waits
 * longer than any machine stands still: a request more, where one pauses, is none that a test counts.
 */
export function importSettings(
  upstreams: Record<string, object>,
  more: Record<string, string> = {},
): Record<string, string> {
  const listed = Object.entries(upstreams).map(([host, options]) => [
    host,
    { kind: 'anonymous', http: true, ...options },
  ]);
  return {
    UPSTREAMS: JSON.stringify(Object.fromEntries(listed)),
    IMPORT_PART_SIZE: String(5 * MiB),
    IMPORT_RETRY_DELAY: '0.05',
    IMPORT_PATIENCE: '20',
    ...more,
  };
}

export function startImporter(
  upstreams: Record<string, object>,
  options: { storage?: string; variables?: Record<string, string> } = {},
): Promise<TestRegistry> {
  return startRegistry({ ...options, variables: importSettings(upstreams, options.variables) });
}

export interface Source {
  registry: string;
  repository: string;
  digest?: string;
  reference?: string;
}

/** @param to as in `name:tag` or `name@digest` */
export function askForImport(registry: { url: string }, to: string, source: Source): Promise<Response> {
  return fetch(importUrl(registry, to), { method: 'POST', body: JSON.stringify(source) });
}

export async function importStatus(registry: { url: string }, to: string): Promise<ImportRecord> {
  const response = await fetch(importUrl(registry, to));
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as ImportRecord;
}

/** Waits until the import is done or has failed. */
export async function importEnd(registry: { url: string }, to: string): Promise<ImportRecord> {
  for (;;) {
    const record = await importStatus(registry, to);
    if (record.state === 'done' || record.state === 'failed') return record;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Asks, and waits for the end. */
export async function runImport(
  registry: { url: string },
  to: string,
  source: Source,
): Promise<ImportRecord> {
  const response = await askForImport(registry, to, source);
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  await response.body?.cancel();
  return importEnd(registry, to);
}

function importUrl({ url }: { url: string }, to: string): string {
  const [, name = '', reference = ''] = /^(.+?)[:@](.+)$/.exec(to) ?? [];
  return `${url}/v2/${name}/manifests/${reference}/_import`;
}
