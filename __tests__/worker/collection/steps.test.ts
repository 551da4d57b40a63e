/** A collection has as many steps as Cloudflare gives a Workflow, however large the bucket is. */
import { expect, test } from '@jest/globals';
import { AT_ONCE, collect } from '../../support/collection.ts';
import { OciClient } from '../../support/oci-client.ts';
import { someBytes, startRegistry } from '../../support/worker.ts';

test.each([
  ['two for each pass, and one for the end', '11', { state: 'done', passes: 5 }],
  [
    'too few: it fails, and says so',
    '5',
    { state: 'failed', error: 'The limit of 5 steps has been reached.' },
  ],
])('steps: %s', async (_, steps, end) => {
  const registry = await startRegistry({
    variables: { ...AT_ONCE, STEPS: steps },
    worker: 'few-steps-worker.js',
  });
  try {
    await new OciClient(registry.url, 'plain').pushBlob(someBytes(1000));
    expect(await collect(registry)).toMatchObject(end);
  } finally {
    await registry.stop();
  }
});
