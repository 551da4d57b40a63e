/** Garbage collections, as tests ask for them: of a registry whose times are short. */
import type { CollectionRecord } from '../../worker/src/collection/protocol.ts';
import type { ServeOptions } from '../../src/workerd/serve.ts';
import { startRegistry, type TestRegistry } from './worker.ts';

/** What is needed by nothing is condemned at once and removed by the next pass. */
export const AT_ONCE = { GC_WINDOW: '0', GC_DELAY: '0', UPLOAD_EXPIRY: '3600' };

export function startCollector(
  variables: Record<string, string> = {},
  options: Partial<ServeOptions> = {},
): Promise<TestRegistry> {
  return startRegistry({ ...options, variables: { ...AT_ONCE, ...variables } });
}

export function askForCollection(registry: { url: string }, query = ''): Promise<Response> {
  return fetch(`${registry.url}/v2/_gc${query}`, { method: 'POST' });
}

export async function collectionStatus(registry: { url: string }, query = ''): Promise<CollectionRecord> {
  const response = await fetch(`${registry.url}/v2/_gc${query}`);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as CollectionRecord;
}

/** Waits until the last collection is done or has failed, or is in one of these states. */
export async function collectionEnd(
  registry: { url: string },
  { query = '', states = ['done', 'failed'] }: { query?: string; states?: string[] } = {},
): Promise<CollectionRecord> {
  for (;;) {
    const record = await collectionStatus(registry, query);
    if (states.includes(record.state)) return record;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Asks, and waits for the end. */
export async function collect(registry: { url: string }, query = ''): Promise<CollectionRecord> {
  const response = await askForCollection(registry, query);
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  await response.body?.cancel();
  return collectionEnd(registry, { query });
}
