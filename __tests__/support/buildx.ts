/** The buildx builder alone, with files of memory and any registry. */
import { join } from 'node:path';

import type { Builder, BuildJob, PlannedLayer } from '../../src/builders/builder.ts';
import { openBuildxBuilder } from '../../src/builders/buildx/buildx-builder.ts';
import { layerKey } from '../../src/image/layer-key.ts';
import { openLayerIndex } from '../../src/image/layer-index.ts';
import type { LayerFiles } from '../../src/image/layer-plan.ts';
import type { CredentialProvider } from '../../src/registry/credentials.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import type { Content } from './layer-bytes.ts';
import { nobody } from './registry-client.ts';
import { filesOf, memorySource } from './stream-fakes.ts';

export interface BuildxTest {
  /** The builder's; it is empty again after each build. */
  folder: string;
  env?: Record<string, string | undefined>;
  credentials?: CredentialProvider;
}

export async function buildxBuilder({
  folder,
  env = process.env,
  credentials,
}: BuildxTest): Promise<Builder> {
  const index = await openLayerIndex(join(folder, 'layers.jsonl'));
  return openBuildxBuilder({ index, folder: join(folder, 'work'), insecure: false, credentials, env });
}

export interface MemoryModel {
  /** Files of each layer. */
  layers: readonly Content[];
  host: string;
  repository: string;
  credentials?: CredentialProvider;
  signal?: AbortSignal;
  /** Gets what BuildKit says. */
  log?: (line: string) => void;
}

/** A build of files that are in memory. */
export function buildJob(model: MemoryModel): BuildJob {
  const {
    layers,
    host,
    repository: repositoryName,
    credentials = nobody,
    signal,
    log = () => undefined,
  } = model;
  const registry = openRegistry({ host, credentials });
  return {
    source: memorySource(Object.assign({}, ...layers)),
    repository: registry.repository(repositoryName),
    repositoryName,
    registry: host,
    layers: layers.map((content, at) =>
      plannedLayer(filesOf(content) as unknown as LayerFiles, `layer ${at}`),
    ),
    published: new Map(),
    signal: signal ?? new AbortController().signal,
    progress: { moved: () => undefined, waiting: () => undefined, done: () => undefined, log },
  };
}

export function plannedLayer(files: LayerFiles, title: string): PlannedLayer {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return { files, key: layerKey(files, 'buildx'), size, title };
}
