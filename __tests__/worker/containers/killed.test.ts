/** Kits whose registry is killed, or whose R2 fails now and then: their containers are made all the same. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { startFaultyRegistry } from '../../support/faulty-registry.ts';
import { OciClient } from '../../support/oci-client.ts';
import { baseContent, foreignContent, pushContent } from '../../support/registry-content.ts';
import { startRegistry } from '../../support/worker.ts';

let storage: string;
beforeEach(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'containers-'));
});
afterEach(() => rm(storage, { recursive: true, force: true }));

const KITS = ['acme/a', 'acme/b', 'acme/c'];
const CONTAINERS = JSON.stringify([{ names: 'acme/*', base: 'bases/tiny:1' }]);

async function pushKits(url: string): Promise<void> {
  for (const name of KITS) await pushContent(new OciClient(url, name), foreignContent('kit', '1'));
}

/** Waits for each kit's container. @returns how many of its platforms are there */
async function platformsOf(url: string): Promise<number[]> {
  return Promise.all(
    KITS.map(async (name) => {
      const client = new OciClient(url, name);
      const has = async (reference: string): Promise<boolean> =>
        (await client.request('HEAD', `manifests/${reference}`)).ok;
      while (!(await has('1-container'))) await new Promise((resolve) => setTimeout(resolve, 50));
      const index = await client.request('GET', 'manifests/1-container');
      const { manifests } = (await index.json()) as { manifests: { digest: string }[] };
      const there = await Promise.all(manifests.map(({ digest }) => has(digest)));
      return there.filter(Boolean).length;
    }),
  );
}

test('killed while it makes some: it goes on when it is started again', async () => {
  const first = await startRegistry({ storage, variables: { CONTAINERS } });
  const base = baseContent({ platforms: ['linux/amd64', 'linux/arm64'] });
  await pushContent(new OciClient(first.url, 'bases/tiny'), base);
  await pushKits(first.url);
  const exit = once(first.process, 'exit');
  first.process.kill('SIGKILL');
  await exit;
  const second = await startRegistry({ storage, variables: { CONTAINERS } });
  try {
    expect(await platformsOf(second.url)).toEqual([2, 2, 2]);
  } finally {
    await second.stop();
  }
});

test('a rule is new: it holds for what is here, once the registry is started; of every ten calls of R2 two fail', async () => {
  const clean = await startRegistry({ storage });
  await pushContent(
    new OciClient(clean.url, 'bases/tiny'),
    baseContent({ platforms: ['linux/amd64', 'linux/arm64'] }),
  );
  await pushKits(clean.url);
  await clean.stop();
  await using faulty = await startFaultyRegistry(storage, { CONTAINERS, FAULT_EVERY: '10' });
  expect(await platformsOf(faulty.url)).toEqual([2, 2, 2]);
});
