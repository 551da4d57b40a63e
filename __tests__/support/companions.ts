/** What shares an image's layers, written by hand as anybody's tools may write it, and artifacts of others' making. */
import { putForeignImage, type ForeignTool } from './foreign-images.ts';
import { GZIP_LAYER, type PushedModel } from './model-images.ts';
import { CONFIG, descriptor, IMAGE, INDEX, LAYER, OciClient } from './oci-client.ts';

type Layer = ReturnType<typeof descriptor> & { annotations?: Record<string, string> };

interface Pushed {
  model: PushedModel;
  /** Of the companion, before the hyphen. */
  tag: string;
}

/** Layers of a model that was pushed, under another media type. */
async function layersOf(client: OciClient, { manifest }: PushedModel, mediaType: string): Promise<Layer[]> {
  const response = await client.request('GET', `manifests/${manifest}`);
  const { layers } = (await response.json()) as { layers: Layer[] };
  return layers.map((layer) => ({ ...layer, mediaType }));
}

function annotationsOf({ model: { digest } }: Pushed): Record<string, string> {
  return {
    'ai.depot.image': digest,
    'ai.depot.recipe': '1',
    'org.opencontainers.image.revision': '1234abcd',
  };
}

function entryOf({ digest }: Layer, path: string): object {
  return { path, digest, diffId: digest };
}

/** A ModelKit over the model's layers: the first is the model, the others are documents. @returns its digest */
export async function pushModelKit(client: OciClient, pushed: Pushed): Promise<string> {
  const layers = await layersOf(client, pushed.model, 'application/vnd.kitops.modelkit.docs.v1.tar+gzip');
  const [weights, ...docs] = layers;
  if (weights === undefined) throw new Error('the model has no layer');
  weights.mediaType = 'application/vnd.kitops.modelkit.model.v1.tar+gzip';
  const kitfile = {
    manifestVersion: '1.0.0',
    package: { name: 'digits', version: '2.0', license: 'mit', authors: ['Ada'] },
    model: entryOf(weights, 'model.safetensors'),
    docs: docs.map((layer, at) => entryOf(layer, `docs/${at}`)),
  };
  return pushArtifact(client, {
    artifactType: 'application/vnd.kitops.modelkit.manifest.v1+json',
    configType: 'application/vnd.kitops.modelkit.config.v1+json',
    config: kitfile,
    layers,
    tag: `${pushed.tag}-modelkit`,
    annotations: annotationsOf(pushed),
  });
}

/** A model for Docker Model Runner, of one raw GGUF file. @returns its digest */
export async function pushDockerModel(
  client: OciClient,
  { gguf, ...pushed }: Pushed & { gguf: Buffer<ArrayBuffer> },
): Promise<string> {
  const layer = descriptor('application/vnd.docker.ai.gguf.v3', gguf, await client.pushBlob(gguf));
  return pushArtifact(client, {
    configType: 'application/vnd.docker.ai.model.config.v0.2+json',
    config: { config: { format: 'gguf' }, files: [] },
    layers: [{ ...layer, annotations: { 'org.cncf.model.filepath': 'digits.gguf' } }],
    tag: `${pushed.tag}-docker-model`,
    annotations: annotationsOf(pushed),
  });
}

/** A container of a base's layer and the model's, for one platform. @returns the digest of its index */
export async function pushContainer(
  client: OciClient,
  { base, ...pushed }: Pushed & { base: Buffer<ArrayBuffer> },
): Promise<string> {
  const config = Buffer.from(JSON.stringify({ config: { Cmd: ['python3'], Env: ['PATH=/usr/bin'] } }));
  const annotations = {
    ...annotationsOf(pushed),
    'org.opencontainers.image.base.name': 'docker.io/library/python:3.12-slim',
    'org.opencontainers.image.base.digest': `sha256:${'5'.repeat(64)}`,
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE,
    config: descriptor(CONFIG, config, await client.pushBlob(config)),
    layers: [
      descriptor(LAYER, base, await client.pushBlob(base)),
      ...(await layersOf(client, pushed.model, GZIP_LAYER)),
    ],
    annotations,
  };
  const digest = await client.pushManifest(manifest);
  const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
  const manifests = [{ ...descriptor(IMAGE, JSON.stringify(manifest), digest), platform }];
  return client.pushManifest(
    { schemaVersion: 2, mediaType: INDEX, manifests, annotations },
    `${pushed.tag}-python`,
  );
}

export interface ArtifactContent {
  artifactType?: string;
  configType: string;
  config: object;
  layers: readonly Layer[];
  tag: string;
  annotations?: Record<string, string>;
}

/** @returns its digest */
export async function pushArtifact(client: OciClient, content: ArtifactContent): Promise<string> {
  const { artifactType, configType, config, layers, tag, annotations = {} } = content;
  const bytes = Buffer.from(JSON.stringify(config));
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE,
    ...(artifactType === undefined ? {} : { artifactType }),
    config: descriptor(configType, bytes, await client.pushBlob(bytes)),
    layers,
    annotations,
  };
  return client.pushManifest(manifest, tag);
}

/** What another tool has packed, as that tool pushes it. @returns its digest */
export async function pushForeign(client: OciClient, tool: ForeignTool, tag: string): Promise<string> {
  const blobs = new Map<string, Buffer<ArrayBuffer>>();
  const manifests = new Map<string, { type: string; bytes: Buffer }>();
  putForeignImage({ blobs, manifests }, tool, tag);
  for (const bytes of blobs.values()) await client.pushBlob(bytes);
  const manifest = manifests.get(tag);
  if (manifest === undefined) throw new Error(`there is no image of ${tool}`);
  const response = await client.request('PUT', `manifests/${tag}`, {
    headers: { 'Content-Type': manifest.type },
    body: new Uint8Array(manifest.bytes),
  });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return response.headers.get('docker-content-digest') ?? '';
}
