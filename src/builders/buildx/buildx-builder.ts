/**
 * The buildx builder: the files are downloaded and verified, and BuildKit makes eStargz layers of them and pushes them.
 * Config, manifests and index are made over these layers as over any others (docs/architecture.md, "Builders").
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import pLimit from 'p-limit';

import type { LayerIndex } from '../../image/layer-index.ts';
import type { CredentialProvider } from '../../registry/credentials.ts';
import type { Builder, BuildJob, PlannedLayer } from '../builder.ts';
import { builtLayer, findInRegistry, noteLayer, type FoundLayer } from '../known-layers.ts';
import { build } from './build.ts';
import { writeContext } from './context.ts';
import { lendCredentials } from './credentials.ts';
import { inspectBuilder } from './inspect.ts';
import { makeRoom, type Machine } from './machine.ts';
import { readPushedLayers } from './pushed.ts';
import { findBuildx } from './run-buildx.ts';
import { openWorkFolder, removeAbandoned } from './work-folder.ts';

export interface BuildxOptions {
  index: LayerIndex;
  /** Where the files of a model are while it is built. */
  folder: string;
  /** Let BuildKit speak plain http to a registry that is not on its machine. */
  insecure: boolean;
  /** Docker's own store where undefined. */
  credentials: CredentialProvider | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

/** Its name in BuildKit: contexts of one name share what BuildKit keeps of them. */
const CONTEXT = 'ai-action-model';

export function openBuildxBuilder(options: BuildxOptions): Builder {
  const { index, env } = options;
  /** One model at a time has the disk. */
  const turn = pLimit(1);
  let machine: Promise<Machine> | undefined;

  const findMachine = async (job: BuildJob): Promise<Machine> => {
    const { signal, progress } = job;
    const buildx = await findBuildx({ env, signal });
    const instance = await inspectBuilder(buildx, { env, signal, onLine: progress.log });
    await removeAbandoned(options.folder);
    return { buildx, instance };
  };

  /** @returns the layers that were there, in the order of the plan. */
  const findLayers = async (job: BuildJob): Promise<(FoundLayer | undefined)[]> =>
    Promise.all(
      job.layers.map(async (layer) => {
        const kept = job.published.get(layer.key);
        const found: FoundLayer | undefined =
          kept === undefined ? await findInRegistry(index, layer, job) : { ...kept, origin: 'kept' };
        if (found?.origin === 'mounted') await noteLayer(index, layer, { job, found });
        if (found !== undefined) job.progress.done(layer, found.origin);
        return found;
      }),
    );

  const buildMissing = async (layers: readonly PlannedLayer[], job: BuildJob): Promise<FoundLayer[]> => {
    const where = await (machine ??= findMachine(job));
    const { signal, progress } = job;
    await using work = await openWorkFolder(options.folder);
    const bytes = layers.reduce((sum, layer) => sum + layer.size, 0);
    await makeRoom(where, { folder: work.path, bytes }, { env, signal, onLine: progress.log });
    const context = join(work.path, CONTEXT);
    await mkdir(context);
    const contents = await writeContext(layers, context, job);
    using lent = await lendCredentials(join(work.path, 'credentials'), {
      registry: job.registry,
      credentials: options.credentials,
      env,
      onLine: progress.log,
    });
    const pushed = await build({
      machine: where,
      layers,
      work: work.path,
      context,
      name: job.repository.name,
      insecure: options.insecure,
      running: { env: lent.env, signal, onLine: progress.log },
    });
    const wanted = layers.map((layer, at) => ({ layer, contents: contents[at]! }));
    const made = await readPushedLayers(job.repository, pushed, wanted);
    for (const [at, layer] of layers.entries()) {
      await noteLayer(index, layer, { job, found: made[at]! });
      progress.done(layer, 'pushed');
    }
    return made;
  };

  return {
    name: 'buildx',
    buildLayers: (job) =>
      turn(async () => {
        const found = await findLayers(job);
        const missing = job.layers.filter((_layer, at) => found[at] === undefined);
        const made = missing.length === 0 ? [] : await buildMissing(missing, job);
        return job.layers.map((layer, at) => builtLayer(layer, found[at] ?? made[missing.indexOf(layer)]!));
      }),
    close: async () => undefined,
  };
}
