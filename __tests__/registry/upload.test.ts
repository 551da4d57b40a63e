import type { IncomingMessage, ServerResponse } from 'node:http';

import { describe, expect, test } from '@jest/globals';

import type { BlobUpload } from '../../src/registry/upload.ts';
import { errorOf, hasty, impatient, user } from '../support/registry-client.ts';
import { digest, type Intercept, sendError, startRegistryStandIn } from '../support/registry-stand-in.ts';

const piece = Buffer.alloc(1024 * 1024, 'piece of a layer ');
const pieces = 32;
const size = piece.length * pieces;
const whole = digest(Buffer.concat(Array.from({ length: pieces }, () => piece)));

async function send(upload: BlobUpload, times = pieces): Promise<void> {
  for (let time = 0; time < times; time += 1)
    await upload.write([piece.subarray(0, 1000), piece.subarray(1000)]);
}

async function push(upload: BlobUpload): Promise<void> {
  await send(upload);
  await upload.commit(whole);
}

function on(method: string, answer: (request: IncomingMessage, response: ServerResponse) => void): Intercept {
  return (request, response) => {
    if (request.method !== method) return false;
    answer(request, response);
    return true;
  };
}

describe('an upload', () => {
  test('is one PATCH of known length, and a PUT', async () => {
    await using registry = await startRegistryStandIn();
    await push(await impatient(registry.host).repository('a/b').startUpload(size));
    expect(registry.blobs.get(whole)).toHaveLength(size);
    expect(registry.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v2/a/b/blobs/uploads/',
      'PATCH /v2/a/b/blobs/uploads/1?state=a%2Fb',
      `PUT /v2/a/b/blobs/uploads/1?state=a%2Fb&digest=${encodeURIComponent(whole)}`,
    ]);
    expect(registry.seen[0]?.headers).toMatchObject({ 'upload-length': `${size}` });
    expect(registry.seen[1]?.headers).toMatchObject({ 'content-length': `${size}` });
    expect(registry.seen[1]?.headers).not.toHaveProperty('content-range');
  });

  test('lets what it was given be overwritten', async () => {
    await using registry = await startRegistryStandIn();
    const upload = await impatient(registry.host).repository('a/b').startUpload(size);
    const slot = new Uint8Array(new SharedArrayBuffer(piece.length));
    for (let time = 0; time < pieces; time += 1) {
      slot.set(piece);
      await upload.write([slot.subarray(0, 5), slot.subarray(5, 5), slot.subarray(5)]);
      slot.fill(0);
    }
    await upload.commit(whole);
    expect(registry.blobs.has(whole)).toBe(true);
  });

  test('of nothing is one PUT', async () => {
    await using registry = await startRegistryStandIn();
    const upload = await impatient(registry.host).repository('a/b').startUpload(0);
    await upload.write([]);
    await upload.commit(digest(Buffer.alloc(0)));
    expect(registry.seen.map(({ method }) => method)).toEqual(['POST', 'PUT']);
  });

  test('may pause for longer than the registry may be silent', async () => {
    await using registry = await startRegistryStandIn();
    const patience = { silence: 2 };
    const upload = await impatient(registry.host, { patience }).repository('a/b').startUpload(size);
    await send(upload, 1);
    await new Promise((resolve) => {
      setTimeout(resolve, 3000);
    });
    await send(upload, pieces - 1);
    await upload.commit(whole);
    expect(registry.blobs.has(whole)).toBe(true);
  });

  test('takes neither more bytes than it was started for, nor fewer', async () => {
    await using registry = await startRegistryStandIn();
    const upload = await impatient(registry.host).repository('a/b').startUpload(10);
    await expect(upload.write([piece])).rejects.toThrow('1048576 bytes were written to an upload of 10');
    await expect(upload.commit(whole)).rejects.toThrow('an upload of 10 bytes was ended after 0');
    await upload.abort();
  });

  test('that is given up is forgotten by the registry', async () => {
    await using registry = await startRegistryStandIn();
    const upload = await impatient(registry.host).repository('a/b').startUpload(size);
    await send(upload, 2);
    await upload.abort();
    await upload.abort();
    expect(registry.uploads.size).toBe(0);
    await expect(send(upload, 1)).rejects.toThrow('The upload was given up.');
  });

  test('goes to another host without the credentials', async () => {
    await using storage = await startRegistryStandIn();
    storage.uploads.set('1', Buffer.alloc(0));
    const wanted = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    await using registry = await startRegistryStandIn((request, response) => {
      if (request.headers.authorization !== wanted) {
        sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="x"' });
      } else {
        const location = `http://${storage.host}/v2/a/b/blobs/uploads/1?state=a%2Fb`;
        response.writeHead(202, { location, 'content-length': 0 }).end();
      }
      return true;
    });
    const client = impatient(registry.host, { credentials: user('me', 'secret') });
    await push(await client.repository('a/b').startUpload(size));
    expect(storage.blobs.has(whole)).toBe(true);
    expect(storage.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  test('is started again when the registry is busy', async () => {
    await using registry = await startRegistryStandIn((request, response) => {
      if (request.method !== 'POST' || registry.seen.length > 2) return false;
      sendError(response, 503, 'UNAVAILABLE');
      return true;
    });
    await push(await impatient(registry.host).repository('a/b').startUpload(size));
    expect(registry.blobs.has(whole)).toBe(true);
  });
});

describe('an upload that the registry ends early', () => {
  test.each([
    [401, false, /sign in with "docker login/],
    [403, false, /^Nobody may push to .*a\/b without signing in/],
    [404, false, /created before it is pushed to/],
    [413, true, /raise its limit on the size of a request's body/],
    [429, true, /limits the rate/],
    [500, true, /is failing/],
  ])('with %d fails while it is written', async (status, retryable, hint) => {
    await using registry = await startRegistryStandIn(
      on('PATCH', (request, response) => {
        request.once('data', () => {
          request.pause();
          sendError(response, status, 'NOT_NOW');
        });
      }),
    );
    const upload = await impatient(registry.host).repository('a/b').startUpload(size);
    const error = await errorOf(send(upload));
    expect(error).toMatchObject({ status, retryable, code: 'NOT_NOW' });
    expect(error.hint).toMatch(hint);
    await expect(upload.write([piece])).rejects.toBe(error);
    await expect(send(upload)).rejects.toBe(error);
    await upload.abort();
  });

  test('by forgetting it may start again', async () => {
    await using registry = await startRegistryStandIn((request) => {
      if (request.method === 'PATCH') registry.uploads.clear();
      return false;
    });
    const upload = await impatient(registry.host).repository('a/b').startUpload(size);
    const error = await errorOf(push(upload));
    expect(error).toMatchObject({ status: 404, code: 'BLOB_UPLOAD_UNKNOWN', retryable: true });
  });

  test('with a success is not believed', async () => {
    await using registry = await startRegistryStandIn(
      on('PATCH', (request, response) => {
        request.once('data', () => response.writeHead(202, { 'content-length': 0 }).end());
      }),
    );
    const upload = await impatient(registry.host).repository('a/b').startUpload(size);
    const error = await errorOf(push(upload));
    expect(error.message).toMatch(/it answered 202 after \d+ of 33554432 bytes/);
  });

  test('because the token expired gets another token next time', async () => {
    let token = 0;
    await using registry = await startRegistryStandIn((request, response) => {
      if (request.url?.startsWith('/token')) {
        token += 1;
        response.end(JSON.stringify({ token: `${token}`, expires_in: 3600 }));
        return true;
      }
      const expired = request.method === 'PATCH' && token === 1;
      if (request.headers.authorization && !expired) return false;
      const realm = `http://${request.headers.host}/token`;
      sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': `Bearer realm="${realm}"` });
      return true;
    });
    const repository = impatient(registry.host).repository('a/b');
    const error = await errorOf(push(await repository.startUpload(size)));
    expect(error).toMatchObject({ status: 401, retryable: true });
    await push(await repository.startUpload(size));
    expect(token).toBe(2);
  });

  test('by dropping the connection may start again', async () => {
    await using registry = await startRegistryStandIn(
      on('PATCH', (request) => {
        request.once('data', () => request.destroy());
      }),
    );
    const upload = await impatient(registry.host).repository('a/b').startUpload(size);
    const error = await errorOf(push(upload));
    expect(error.message).toContain(`Could not upload a blob of ${size} bytes in ${registry.host}/a/b: `);
    expect(error).toMatchObject({ retryable: true, status: undefined });
  });

  test('by reading no further may start again', async () => {
    await using registry = await startRegistryStandIn(
      on('PATCH', (request) => {
        request.once('data', () => request.pause());
      }),
    );
    const upload = await impatient(registry.host, { patience: hasty }).repository('a/b').startUpload(size);
    const error = await errorOf(push(upload));
    expect(error.message).toContain('was silent for 0.3 s');
    expect(error.retryable).toBe(true);
  });
});

describe('an upload that is complete', () => {
  test('and never answered may start again', async () => {
    await using registry = await startRegistryStandIn(on('PATCH', (request) => request.resume()));
    const error = await errorOf(
      push(await impatient(registry.host, { patience: hasty }).repository('a/b').startUpload(size)),
    );
    expect(error.retryable).toBe(true);
  });

  test('and refused fails', async () => {
    await using registry = await startRegistryStandIn(
      on('PATCH', (request, response) => {
        request.resume().once('end', () => sendError(response, 403, 'DENIED'));
      }),
    );
    const error = await errorOf(push(await impatient(registry.host).repository('a/b').startUpload(size)));
    expect(error).toMatchObject({ status: 403, retryable: false });
  });

  test('and redirected fails', async () => {
    await using registry = await startRegistryStandIn(
      on('PATCH', (request, response) => {
        request
          .resume()
          .once('end', () => response.writeHead(307, { location: '/', 'content-length': 0 }).end());
      }),
    );
    const error = await errorOf(push(await impatient(registry.host).repository('a/b').startUpload(size)));
    expect(error.message).toContain('it answered 307');
  });

  test('goes on where the answer says, its query kept', async () => {
    await using registry = await startRegistryStandIn(
      on('PATCH', (request, response) => {
        request.resume().once('end', () => {
          response.writeHead(202, { location: '/elsewhere?_state=x%3D', 'content-length': 0 }).end();
        });
      }),
    );
    await errorOf(push(await impatient(registry.host).repository('a/b').startUpload(size)));
    expect(registry.seen.at(-1)?.url).toBe(`/v2/a/b/blobs/${whole}`);
    expect(registry.seen.at(-2)?.url).toBe(`/elsewhere?_state=x%3D&digest=${encodeURIComponent(whole)}`);
  });

  test('but of other bytes is refused for good', async () => {
    await using registry = await startRegistryStandIn();
    const upload = await impatient(registry.host).repository('a/b').startUpload(size);
    await send(upload);
    const error = await errorOf(upload.commit(digest(piece)));
    expect(error).toMatchObject({ status: 400, code: 'DIGEST_INVALID', retryable: false });
    expect(error.message).toContain(`Could not store the uploaded blob ${digest(piece)}`);
  });

  test('but stored under another digest is found out', async () => {
    await using registry = await startRegistryStandIn(
      on('PUT', (_request, response) => {
        response.writeHead(201, { 'docker-content-digest': digest(piece) }).end();
      }),
    );
    const error = await errorOf(push(await impatient(registry.host).repository('a/b').startUpload(size)));
    expect(error.message).toContain(`it stored ${digest(piece)} where ${whole} was sent`);
  });

  test('is there even when the answer to the PUT was lost', async () => {
    await using registry = await startRegistryStandIn((request, response) => {
      if (request.method !== 'PUT' || registry.blobs.has(whole)) return false;
      registry.blobs.set(whole, registry.uploads.get('1') ?? Buffer.alloc(0));
      registry.uploads.clear();
      response.destroy();
      return true;
    });
    await push(await impatient(registry.host).repository('a/b').startUpload(size));
    expect(registry.seen.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PUT', 'PUT', 'HEAD']);
  });

  test('is stored by a second PUT when the first one found the registry busy', async () => {
    let busy = true;
    await using registry = await startRegistryStandIn((request, response) => {
      if (request.method !== 'PUT' || !busy) return false;
      busy = false;
      sendError(response, 503, 'UNAVAILABLE');
      return true;
    });
    await push(await impatient(registry.host).repository('a/b').startUpload(size));
    expect(registry.blobs.has(whole)).toBe(true);
  });
});

test('an upload ends with the run', async () => {
  const controller = new AbortController();
  const reason = new Error('Ctrl-C');
  await using registry = await startRegistryStandIn(
    on('PATCH', (request) => {
      request.once('data', () => controller.abort(reason));
    }),
  );
  const client = impatient(registry.host, { signal: controller.signal });
  await expect(push(await client.repository('a/b').startUpload(size))).rejects.toBe(reason);
});
