/** Opens what a command needs for one run, from its options. */
import { openBases, type Bases } from '../bases/bases.ts';
import type { Builder } from '../builders/builder.ts';
import { openBuildxBuilder } from '../builders/buildx/buildx-builder.ts';
import { openStreamBuilder } from '../builders/stream/stream-builder.ts';
import { UsageError } from '../errors.ts';
import { describeWait } from '../http/reason.ts';
import type { Wait } from '../http/retry.ts';
import { openFolder } from '../hub/folder-source.ts';
import { openHub } from '../hub/hub-source.ts';
import { hubSettings, type HubSettings } from '../hub/hub-settings.ts';
import type { Source } from '../hub/source.ts';
import type { LayerIndex } from '../image/layer-index.ts';
import { sourceFolder, type Entry } from '../models/entry.ts';
import type { PlanRun } from '../publish/plan-models.ts';
import type { PublishRun } from '../publish/publish-run.ts';
import { imageOf, parseDestination, targetOf, type Target } from '../publish/target.ts';
import type { SignInOptions } from '../google/sign-in.ts';
import type { CredentialProvider } from '../registry/credentials.ts';
import { openRegistry } from '../registry/open-registry.ts';
import type { Progress } from '../report/progress.ts';
import { openCachedHashes, openCachedLayers } from './cache.ts';
import { googleCredentials } from './google.ts';
import { connectImporter, type ImportOptions } from './importer.ts';
import type { Io } from './io.ts';
import type { PublishOptions } from './options.ts';

/** How the registry is spoken to; without credentials, by Docker's own store. */
interface RegistryAccess {
  insecure?: boolean;
  /** See RegistryOptions. */
  writes?: boolean;
  credentials?: CredentialProvider;
}

/** What the run is about. */
interface Listed {
  entries: readonly Entry[];
}

interface Closable {
  close(): Promise<void>;
}

/** @throws UsageError where no registry is named. */
export async function openPublishRun(
  options: PublishOptions & RegistryAccess & Listed & { results?: string },
  io: Io,
  progress: Progress,
): Promise<PublishRun & Closable> {
  if (options.registry === undefined) {
    throw new UsageError('--registry is missing', {
      hint: 'Say where the images go, as in --registry us-docker.pkg.dev/project/models or --registry localhost:8787.',
    });
  }
  const registry = await connect(options.registry, { ...options, writes: true }, io, progress);
  const index = await openCachedLayers(options.cache, options.results, progress);
  const builder = openBuilder({ ...options, index, credentials: registry.credentials }, io);
  return {
    builder,
    bases: registry.bases,
    sourceOf: await openSources(options, io, progress),
    targetOf: registry.targetOf,
    imageOf: registry.imageOf,
    progress,
    signal: io.signal,
    force: options.select === 'all',
    async close() {
      await builder.close();
      await registry.close();
    },
  };
}

export async function openPlanRun(
  options: PublishOptions & Listed & { mostSized?: number },
  io: Io,
  progress: Progress,
): Promise<PlanRun & Closable> {
  const registry =
    options.registry === undefined ? undefined : await connect(options.registry, options, io, progress);
  return {
    builder: options.builder,
    bases: registry?.bases ?? connectBases(undefined, options, io, progress),
    sourceOf: await openSources(options, io, progress),
    targetOf: registry?.targetOf,
    imageOf: registry?.imageOf ?? (({ image }) => image),
    progress,
    signal: io.signal,
    force: options.select === 'all',
    mostSized: options.mostSized ?? Infinity,
    close: async () => registry?.close(),
  };
}

interface BuilderNeeds {
  index: LayerIndex;
  credentials: CredentialProvider | undefined;
}

function openBuilder(options: PublishOptions & BuilderNeeds, { env }: Io): Builder {
  const { builder, index, cache, insecure = false, credentials } = options;
  if (builder === 'stream') return openStreamBuilder(index);
  // Not the system's folder for temporary files, which may be memory.
  const folder = env['RUNNER_TEMP'] || cache;
  return openBuildxBuilder({ index, folder, insecure, credentials, env });
}

interface Connection extends Closable {
  /** Of containers; whatever registry they are in. */
  bases: Bases;
  targetOf: (entry: Entry) => Target;
  imageOf: (entry: Entry) => string;
  /** Undefined where Docker's own store has them. */
  credentials: CredentialProvider | undefined;
}

async function connect(
  destinationText: string,
  options: RegistryAccess & ImportOptions & SignInOptions,
  io: Io,
  progress: Progress,
): Promise<Connection> {
  const { insecure = false, writes = false } = options;
  const destination = parseDestination(destinationText);
  const onWait = tellWaits(progress);
  const credentials = options.credentials ?? (await googleCredentials(destination.host, options, io, onWait));
  const importer = connectImporter(options, destination, io, onWait);
  const registry = openRegistry({
    host: destination.host,
    insecure,
    writes,
    signal: io.signal,
    ...(credentials === undefined ? {} : { credentials }),
    onWait,
  });
  const bases = connectBases({ host: destination.host, credentials }, options, io, progress);
  return {
    targetOf: (entry) => targetOf(entry, destination, { registry, importer }),
    imageOf: (entry) => imageOf(entry, destination),
    bases,
    credentials,
    async close() {
      await importer?.close();
      await bases.close();
      await registry.close();
    },
  };
}

/**
 * Base images are read with what Docker's own store, or Google, has for their registries.
 * @param own the registry that is published to: `--insecure`, and credentials that were given, are for it alone
 */
export function connectBases(
  own: { host: string; credentials: CredentialProvider | undefined } | undefined,
  options: { insecure?: boolean } & SignInOptions,
  io: Io,
  progress: Progress,
): Bases {
  const onWait = tellWaits(progress);
  return openBases(async (host) => {
    const isOwn = host === own?.host;
    const found = isOwn ? own.credentials : await googleCredentials(host, options, io, onWait);
    return openRegistry({
      host,
      insecure: isOwn && options.insecure === true,
      signal: io.signal,
      ...(found === undefined ? {} : { credentials: found }),
      onWait,
    });
  });
}

async function openSources(
  options: PublishOptions & Listed,
  { env }: Io,
  progress: Progress,
): Promise<(entry: Entry) => Source> {
  let settings: HubSettings | undefined;
  const hub = (): HubSettings =>
    (settings ??= hubSettings(options.hub === undefined ? env : { ...env, HF_ENDPOINT: options.hub }));
  // A mistake in them is the command's and ends it here; a list of folders needs no Hub, and no token that is right.
  if (options.entries.some(({ source }) => source === undefined)) hub();
  const onWait = tellWaits(progress);
  const hashes = await openCachedHashes(options.cache, progress);
  return (entry) =>
    entry.source === undefined
      ? openHub({
          ...hub(),
          name: entry.name,
          sha: entry.sha,
          onWait,
        })
      : openFolder({ path: sourceFolder(entry), name: entry.name, hashes });
}

/** Many requests meet the same limit at once: while one of them waits, the others' waits are no news. */
export function tellWaits(progress: Progress): (wait: Wait) => void {
  let until = 0;
  return (wait) => {
    const now = performance.now();
    if (now < until) return;
    until = now + wait.seconds * 1000;
    progress.note(describeWait(wait));
  };
}
