/** Runs the Worker in workerd on this machine, with R2 and the Durable Objects on this disk. */
import type { Miniflare, MiniflareOptions } from 'miniflare';
import { UserError } from '../errors.ts';
import type { Bundle } from './bundle.ts';
import { guardWorkerd } from './guard.ts';
import { explainStart } from './start-error.ts';

/** As in worker/wrangler.jsonc. */
export const COMPATIBILITY_DATE = '2026-11-01';
const NAME = 'registry';

export interface RuntimeOptions {
  bundle: Bundle;
  host: string;
  /** 0 takes any that is free. */
  port: number;
  /** An absolute path. */
  storage: string;
  /** What wrangler.jsonc calls vars, and secrets. */
  settings: Record<string, string>;
  /** Lines that the Worker writes. */
  log: (line: string) => void;
  /** Where debuggers and measurements can look into workerd; nowhere where it is left out. */
  inspectorPort?: number;
}

export interface Runtime {
  url: URL;
  close: () => Promise<void>;
}

/** @throws UserError where the address cannot be listened on or Miniflare is not installed. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { Log, LogLevel, Miniflare } = await importMiniflare();
  const unguard = guardWorkerd();
  const signals = keepSignalListeners();
  let server: Miniflare | undefined;
  const startedAt = new Date();
  const close = async (): Promise<void> => {
    await server?.dispose();
    unguard();
  };
  try {
    server = new Miniflare({ ...miniflareOptions(options), log: new Log(LogLevel.NONE) });
    await server.ready;
    signals.restore();
    await continueImports(server, startedAt);
    return { url: await server.unsafeGetDirectURL(NAME), close };
  } catch (error) {
    // What did not start can fail to stop; the first error says why.
    await close().catch(() => undefined);
    throw explainStart(error, options);
  }
}

/**
 * Miniflare ends the process itself when a signal comes, before anything else can be closed. Whoever runs the registry
 * decides about signals, and `guardWorkerd` sees to it that workerd never outlives the process.
 */
function keepSignalListeners(): { restore: () => void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = new Map(signals.map((signal) => [signal, new Set(process.listeners(signal))]));
  return {
    restore() {
      for (const signal of signals) {
        for (const listener of process.listeners(signal)) {
          if (before.get(signal)?.has(listener) !== true) process.off(signal, listener);
        }
      }
    },
  };
}

function miniflareOptions(options: RuntimeOptions): MiniflareOptions {
  const { bundle, host, port, storage, settings, log, inspectorPort } = options;
  const text = Object.entries(settings).map(([key, value]) => [key, { type: 'text' as const, value }]);
  return {
    host: '127.0.0.1',
    port: 0,
    resourcePersistencePath: storage,
    telemetry: { enabled: false },
    enableDevRegistry: false,
    logRequests: false,
    cf: false,
    handleStructuredLogs: ({ message }) => log(message),
    ...(inspectorPort === undefined ? {} : { inspectorPort }),
    workers: [
      {
        config: {
          name: NAME,
          compatibilityDate: COMPATIBILITY_DATE,
          manifest: { mainModule: bundle.main, modules: bundle.modules },
          env: {
            ...Object.fromEntries(text),
            BUCKET: { type: 'r2', name: 'registry' },
            UPLOADS: { type: 'durable-object', worker: NAME, exportName: 'UploadObject' },
            COLLECTOR: { type: 'durable-object', worker: NAME, exportName: 'CollectorObject' },
            CATALOGUE: { type: 'durable-object', worker: NAME, exportName: 'CatalogueObject' },
            CONTAINER_MAKER: { type: 'durable-object', worker: NAME, exportName: 'ContainerMakerObject' },
            COLLECTIONS: {
              type: 'workflow',
              name: 'collections',
              worker: NAME,
              exportName: 'CollectionWorkflow',
            },
            IMPORTS: { type: 'workflow', name: 'imports', worker: NAME, exportName: 'ImportWorkflow' },
          },
          exports: {
            UploadObject: { type: 'durable-object', storage: 'sqlite' },
            CollectorObject: { type: 'durable-object', storage: 'sqlite' },
            CatalogueObject: { type: 'durable-object', storage: 'sqlite' },
            ContainerMakerObject: { type: 'durable-object', storage: 'sqlite' },
            CollectionWorkflow: { type: 'workflow', name: 'collections' },
            ImportWorkflow: { type: 'workflow', name: 'imports' },
          },
        },
        // Straight to the Worker: Miniflare's own entry stands in the way of every byte.
        dev: { unsafeDirectSockets: [{ host, port }] },
      },
    ],
  } as MiniflareOptions;
}

/** Miniflare's own types are those of Cloudflare's package, which is not installed. */
interface Scheduled {
  scheduled: (event: { cron: string; scheduledTime: Date }) => Promise<unknown>;
}

/** workerd's Workflows do not go on by themselves after an end (worker/src/imports/resume.ts). */
async function continueImports(server: Miniflare, startedAt: Date): Promise<void> {
  const worker = (await server.getWorker(NAME)) as unknown as Scheduled;
  await worker.scheduled({ cron: '@start', scheduledTime: startedAt });
}

async function importMiniflare(): Promise<typeof import('miniflare')> {
  try {
    // Left out of the bundle: it brings workerd's binary along, and only this command needs it.
    return await import(/* webpackIgnore: true */ 'miniflare');
  } catch (error) {
    throw new UserError('The registry runs in Miniflare, which is not installed.', {
      hint: 'Run npm ci in the clone, or npm install miniflare.',
      cause: error,
    });
  }
}
