import { describe, expect, test } from '@jest/globals';

import { errorOf, impatient, user } from '../support/registry-client.ts';
import { bodyOf, digest, sendError, startRegistryStandIn } from '../support/registry-stand-in.ts';

const bytes = Buffer.from('0123456789'.repeat(1000));
const blob = digest(bytes);

describe('a blob', () => {
  test('is written once, and read back', async () => {
    await using registry = await startRegistryStandIn();
    const repository = impatient(registry.host).repository('a/b');
    await expect(repository.hasBlob(blob)).resolves.toBeUndefined();
    await repository.putBlob(blob, bytes);
    await repository.putBlob(blob, bytes);
    await expect(repository.hasBlob(blob)).resolves.toBe(bytes.length);
    await expect(repository.getBlob(blob, bytes.length)).resolves.toEqual(new Uint8Array(bytes));
    expect(registry.seen.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  test('larger than it may be is not read to its end', async () => {
    await using registry = await startRegistryStandIn();
    registry.blobs.set(blob, bytes);
    const error = await errorOf(impatient(registry.host).repository('a/b').getBlob(blob, 100));
    expect(error.message).toContain('the answer is longer than 100 bytes');
  });

  test('whose bytes are others is refused', async () => {
    await using registry = await startRegistryStandIn();
    registry.blobs.set(blob, Buffer.from('others'));
    const error = await errorOf(impatient(registry.host).repository('a/b').getBlob(blob, 100));
    expect(error.message).toContain(`where ${blob} was expected`);
  });

  test('is sent in an upload of its own each time the registry breaks', async () => {
    await using registry = await startRegistryStandIn(async (request, response) => {
      if (request.method !== 'PUT' || registry.seen.length > 4) return false;
      // As registries do, it keeps what it has got.
      registry.uploads.set('1', await bodyOf(request));
      response.destroy();
      return true;
    });
    await impatient(registry.host).repository('a/b').putBlob(blob, bytes);
    expect(registry.seen.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'PUT', 'POST', 'PUT']);
    expect(registry.blobs.get(blob)).toEqual(bytes);
  });
});

describe('a range of a blob', () => {
  test.each([
    [0, 1],
    [17, 1000],
    [bytes.length - 3, 3],
    [5, 0],
  ])('from %d, of %d bytes, is exactly that', async (offset, length) => {
    await using registry = await startRegistryStandIn();
    registry.blobs.set(blob, bytes);
    const part = await impatient(registry.host).repository('a/b').readBlobRange(blob, offset, length);
    expect(Buffer.from(part)).toEqual(bytes.subarray(offset, offset + length));
  });

  test('is cut out of what a registry without ranges answers', async () => {
    await using registry = await startRegistryStandIn((_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length * 1000 });
      for (let time = 0; time < 1000; time += 1) response.write(bytes);
      response.end();
      return true;
    });
    const part = await impatient(registry.host).repository('a/b').readBlobRange(blob, 20_007, 5);
    expect(Buffer.from(part).toString()).toBe('78901');
  });

  test.each([
    [
      'another range',
      206,
      'bytes 0-9/10000',
      'it answered with another range than the asked one ("bytes 0-9/10000")',
    ],
    ['no range at all', 206, '', 'it answered with another range than the asked one ("")'],
    ['a refusal', 416, 'bytes */10000', 'the registry answered 416'],
  ])('is not taken from an answer with %s', async (_, status, range, message) => {
    await using registry = await startRegistryStandIn((_request, response) => {
      response.writeHead(status, { 'content-range': range }).end(bytes.subarray(0, 10));
      return true;
    });
    const error = await errorOf(impatient(registry.host).repository('a/b').readBlobRange(blob, 10, 10));
    expect(error.message).toContain(message);
    expect(error.message).toContain(`read bytes 10-19 of the blob ${blob}`);
  });

  test('that ends early is asked for again', async () => {
    await using registry = await startRegistryStandIn((_request, response) => {
      if (registry.seen.length > 2) return false;
      response.writeHead(206, { 'content-range': 'bytes 10-19/10000' }).end(bytes.subarray(0, 5));
      return true;
    });
    registry.blobs.set(blob, bytes);
    const part = await impatient(registry.host).repository('a/b').readBlobRange(blob, 10, 10);
    expect(Buffer.from(part).toString()).toBe('0123456789');
  });
});

describe('a registry that sends elsewhere for a blob', () => {
  test('has it read there without the credentials', async () => {
    await using storage = await startRegistryStandIn((_request, response) => {
      response.end(bytes);
      return true;
    });
    const wanted = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    await using registry = await startRegistryStandIn((request, response) => {
      if (request.headers.authorization !== wanted) {
        sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="x"' });
      } else {
        response.writeHead(307, { location: `http://${storage.host}/signed?signature=x` }).end();
      }
      return true;
    });
    const client = impatient(registry.host, { credentials: user('me', 'secret') });
    await expect(client.repository('a/b').getBlob(blob, bytes.length)).resolves.toHaveLength(bytes.length);
    expect(storage.seen[0]?.url).toBe('/signed?signature=x');
    expect(storage.seen[0]?.headers.authorization).toBeUndefined();
  });

  test('and there asks for a password does not get one', async () => {
    await using storage = await startRegistryStandIn((_request, response) => {
      sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="x"' });
      return true;
    });
    await using registry = await startRegistryStandIn((_request, response) => {
      response.writeHead(307, { location: `http://${storage.host}/` }).end();
      return true;
    });
    const client = impatient(registry.host, { credentials: user('me', 'secret') });
    const error = await errorOf(client.repository('a/b').getBlob(blob, bytes.length));
    expect(error.status).toBe(401);
    expect(storage.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('in circles is left', async () => {
    await using registry = await startRegistryStandIn((request, response) => {
      response.writeHead(302, { location: request.url }).end();
      return true;
    });
    const error = await errorOf(impatient(registry.host).repository('a/b').hasBlob(blob));
    expect(error.message).toContain('it redirects again and again');
    expect(registry.seen).toHaveLength(6);
  });

  test.each([
    ['http://storage.example/x?signature=secret', 'http://storage.example/x'],
    ['file:///etc/passwd', 'null/etc/passwd'],
    ['http://', 'http://'],
  ])('over something other than https, to %s, is not followed', async (location, shown) => {
    await using registry = await startRegistryStandIn((_request, response) => {
      response.writeHead(307, { location }).end();
      return true;
    });
    const error = await errorOf(impatient(registry.host).repository('a/b').getBlob(blob, 10));
    expect(error.message).toContain(`it sends on to ${shown}, which is not an https address`);
    expect(error.message).not.toContain('secret');
  });
});

describe('mounting', () => {
  test('takes a blob over', async () => {
    await using registry = await startRegistryStandIn();
    registry.blobs.set(blob, bytes);
    await expect(impatient(registry.host).repository('a/b').mountBlob(blob, 'c/d')).resolves.toBe(true);
    expect(registry.seen[0]?.url).toBe(`/v2/a/b/blobs/uploads/?mount=${encodeURIComponent(blob)}&from=c%2Fd`);
  });

  test('that becomes an upload is given up, and the upload too', async () => {
    await using registry = await startRegistryStandIn();
    await expect(impatient(registry.host).repository('a/b').mountBlob(blob, 'c/d')).resolves.toBe(false);
    expect(registry.uploads.size).toBe(0);
  });

  test.each([401, 403, 404, 405])('that is answered with %d is no reason to fail', async (status) => {
    await using registry = await startRegistryStandIn((_request, response) => {
      sendError(response, status, 'UNSUPPORTED');
      return true;
    });
    await expect(impatient(registry.host).repository('a/b').mountBlob(blob, 'c/d')).resolves.toBe(false);
  });

  test('fails where the registry does', async () => {
    await using registry = await startRegistryStandIn((_request, response) => {
      sendError(response, 500, 'UNKNOWN');
      return true;
    });
    const error = await errorOf(impatient(registry.host).repository('a/b').mountBlob(blob, 'c/d'));
    expect(error.retryable).toBe(true);
  });
});
