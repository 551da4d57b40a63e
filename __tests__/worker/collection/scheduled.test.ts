/** What happens at the times that wrangler.jsonc names. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { AT_ONCE, collectionEnd } from '../../support/collection.ts';
import { OciClient } from '../../support/oci-client.ts';
import { someBytes, startRegistry } from '../../support/worker.ts';

test('at the time of its cron, the registry collects its garbage', async () => {
  const config = await readFile(new URL('../../../worker/wrangler.jsonc', import.meta.url), 'utf8');
  const [, cron = ''] = /"crons": \["([^"]+)"\]/.exec(config) ?? [];
  const registry = await startRegistry({ variables: AT_ONCE, worker: 'scheduled-worker.js' });
  try {
    const client = new OciClient(registry.url, 'plain');
    await client.pushImage('kept', 'v1');
    const loose = await client.pushBlob(someBytes(1000));
    expect((await client.request('GET', '/v2/_gc')).status).toBe(404);

    const scheduled = await client.request('POST', `/scheduled?cron=${encodeURIComponent(cron)}`);
    expect(scheduled.status).toBe(204);
    expect(await collectionEnd(registry)).toMatchObject({ state: 'done', dryRun: false });
    expect((await client.request('HEAD', `blobs/${loose}`)).status).toBe(404);
    expect((await client.request('HEAD', 'manifests/v1')).status).toBe(200);
  } finally {
    await registry.stop();
  }
});
