import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';

import { errorOf, impatient } from '../support/registry-client.ts';

const MIB = 1024 * 1024;
/** To POST and DELETE. */
const STARTED = 'HTTP/1.1 202 Accepted\r\nlocation: /v2/a/b/blobs/uploads/1\r\ncontent-length: 0\r\n\r\n';
const REFUSED = 'HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

test('an answer that came before a write found the connection broken is read', async () => {
  const { promise: inPatch, resolve: reached } = Promise.withResolvers<Socket>();
  const server = createServer((client) => {
    client.on('error', () => undefined);
    client.on('data', (bytes) => {
      if (bytes.toString('latin1', 0, 6) === 'PATCH ') reached(client);
      else client.write(STARTED);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = impatient(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  const upload = await client.repository('a/b').startUpload(16 * MIB);
  await upload.write([Buffer.alloc(1000)]);
  const socket = await inPatch;
  // Both are with the client's kernel at once, and it writes before it has had time to read.
  socket.write(REFUSED);
  socket.resetAndDestroy();
  const error = await errorOf(upload.write([Buffer.alloc(MIB)]));
  expect(error).toMatchObject({ status: 413, retryable: true });
  await upload.abort();
  await client.close();
  server.close();
});
