/** Puts the client of an importing registry together. */
import type { Wait } from '../http/retry.ts';
import type { Digest } from '../oci/digest.ts';
import { openRegistry } from '../registry/open-registry.ts';
import { Transport } from '../registry/transport.ts';
import { explainLook } from './explain.ts';
import type { Hook, HookPatience, ImportedBytes, ImportOrder } from './hook.ts';
import { importTag } from './import-hook.ts';
import type { ImportPlace } from './import-url.ts';
import type { Prove } from './proof.ts';

/** A registry that fetches images from another one, its upstream. */
export interface Importer {
  place: ImportPlace;
  repository(name: string): ImportRepository;
  /** Closes the connections. */
  close(): Promise<void>;
}

/** A repository of it. Everything here throws RegistryError, with what was asked and what to do. */
export interface ImportRepository {
  /** host/name */
  readonly name: string;
  /** What a tag names there; undefined where there is none. */
  digestAt(tag: string): Promise<Digest | undefined>;
  /** Has the tag's image fetched, and waits until it is there. */
  importTag(order: Omit<ImportOrder, 'repository'>, onBytes: (bytes: ImportedBytes) => void): Promise<void>;
}

export interface ImporterOptions {
  place: ImportPlace;
  prove: Prove;
  signal?: AbortSignal | undefined;
  onWait?: ((wait: Wait) => void) | undefined;
  patience?: Partial<HookPatience>;
}

const USUAL_PATIENCE: HookPatience = { silence: 60, standstill: 1200, retry: {} };

/** Nothing is sent yet. */
export function openImporter({ place, prove, signal, onWait, patience }: ImporterOptions): Importer {
  const { origin, host, insecure } = place;
  const transport = new Transport(signal);
  const hook: Hook = {
    origin,
    host,
    prove,
    transport,
    patience: { ...USUAL_PATIENCE, ...patience },
    signal,
    onWait,
  };
  const registry = openRegistry({
    host,
    insecure,
    credentials: { credentialsFor: async () => (await prove())?.credentials },
    ...(signal === undefined ? {} : { signal }),
    ...(onWait === undefined ? {} : { onWait }),
  });
  return {
    place,
    repository(name) {
      const repository = registry.repository(name);
      return {
        name: repository.name,
        async digestAt(tag) {
          try {
            return (await repository.headManifest(tag))?.digest;
          } catch (error) {
            throw explainLook(error, host, (await prove())?.kind);
          }
        },
        importTag: async (order, onBytes) => importTag(hook, { ...order, repository: name }, onBytes),
      };
    },
    async close() {
      transport.close();
      await registry.close();
    },
  };
}
