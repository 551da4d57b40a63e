import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';

import { impatient } from '../support/registry-client.ts';
import { digest, startRegistryStandIn } from '../support/registry-stand-in.ts';

test('a registry may answer as soon as it has the last byte, before the upload is committed', async () => {
  await using registry = await startRegistryStandIn();
  const bytes = Buffer.from('all there is');
  const client = impatient(registry.host);
  const upload = await client.repository('owner/name').startUpload(bytes.length);
  await upload.write([bytes]);
  // Whoever hashes takes a while to know the digest; by then the answer is here.
  await setTimeout(200);
  await upload.commit(digest(bytes));
  expect(registry.blobs.get(digest(bytes))).toEqual(bytes);
  await client.close();
});
