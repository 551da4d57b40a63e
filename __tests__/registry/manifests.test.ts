import { describe, expect, test } from '@jest/globals';

import { HttpError } from '../../src/http/http-error.ts';
import { explain } from '../../src/registry/explain.ts';
import { errorOf, hasty, impatient } from '../support/registry-client.ts';
import { digest, sendError, startRegistryStandIn } from '../support/registry-stand-in.ts';

const type = 'application/vnd.oci.image.manifest.v1+json';
const bytes = Buffer.from('{"schemaVersion":2}');
const descriptor = { mediaType: type, digest: digest(bytes), size: bytes.length };

describe('a manifest', () => {
  test('is written, found and read, by tag and by digest', async () => {
    await using registry = await startRegistryStandIn();
    const repository = impatient(registry.host).repository('a/b');
    await expect(repository.putManifest('latest', bytes, type)).resolves.toEqual(descriptor);
    for (const reference of ['latest', descriptor.digest]) {
      await expect(repository.headManifest(reference)).resolves.toEqual(descriptor);
      await expect(repository.getManifest(reference)).resolves.toEqual({
        descriptor,
        bytes: new Uint8Array(bytes),
      });
    }
    expect(registry.seen[1]?.headers.accept).toContain('application/vnd.oci.image.index.v1+json, ');
  });

  test('that is not there is undefined', async () => {
    await using registry = await startRegistryStandIn();
    const repository = impatient(registry.host).repository('a/b');
    await expect(repository.getManifest('latest')).resolves.toBeUndefined();
    await expect(repository.headManifest('latest')).resolves.toBeUndefined();
  });

  test('is read where HEAD does not tell its digest', async () => {
    await using registry = await startRegistryStandIn((request, response) => {
      if (request.method !== 'HEAD') return false;
      response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end();
      return true;
    });
    registry.manifests.set('latest', { type, bytes });
    await expect(impatient(registry.host).repository('a/b').headManifest('latest')).resolves.toEqual(
      descriptor,
    );
  });

  test('keeps its type without the parameters', async () => {
    await using registry = await startRegistryStandIn();
    registry.manifests.set('latest', { type: `${type}; charset=utf-8`, bytes });
    const found = await impatient(registry.host).repository('a/b').getManifest('latest');
    expect(found?.descriptor.mediaType).toBe(type);
  });
});

describe('a registry that lies about a manifest', () => {
  const other = digest(Buffer.from('another'));

  test.each([
    [
      'in its digest',
      'latest',
      { 'docker-content-digest': other },
      `the bytes have another digest: ${descriptor.digest}`,
    ],
    ['with the bytes of another', other, {}, `the bytes have another digest: ${descriptor.digest}`],
    ['with a digest that is none', 'latest', { 'docker-content-digest': 'md5:1' }, 'is no digest: "md5:1"'],
  ])('%s is found out', async (_, reference, headers, message) => {
    await using registry = await startRegistryStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': type, ...headers }).end(bytes);
      return true;
    });
    const error = await errorOf(impatient(registry.host).repository('a/b').getManifest(reference));
    expect(error.message).toContain(`Could not read the manifest "${reference}" in ${registry.host}/a/b: `);
    expect(error.message).toContain(message);
    expect(error.retryable).toBe(false);
  });

  test('after storing it is found out', async () => {
    await using registry = await startRegistryStandIn((request, response) => {
      request.resume();
      response.writeHead(201, { 'docker-content-digest': other }).end();
      return true;
    });
    const error = await errorOf(
      impatient(registry.host).repository('a/b').putManifest('latest', bytes, type),
    );
    expect(error.message).toContain('the registry stored another manifest than it was sent');
  });

  test('in its size does not fill the memory', async () => {
    await using registry = await startRegistryStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': type });
      for (let part = 0; part < 8; part += 1) response.write(Buffer.alloc(1024 * 1024));
      response.end();
      return true;
    });
    const error = await errorOf(impatient(registry.host).repository('a/b').getManifest('latest'));
    expect(error.message).toContain('the answer is longer than 4259840 bytes');
  });
});

describe('a registry in trouble', () => {
  test('is asked again, as late as it wishes', async () => {
    const waits: { seconds: number; asked: boolean }[] = [];
    await using registry = await startRegistryStandIn((_request, response) => {
      if (registry.seen.length === 1) sendError(response, 429, 'TOOMANYREQUESTS', { 'retry-after': '0' });
      else if (registry.seen.length === 2) response.destroy();
      return registry.seen.length < 3;
    });
    const client = impatient(registry.host, {
      onWait: ({ seconds, asked }) => waits.push({ seconds, asked }),
    });
    await client.repository('a/b').putManifest('latest', bytes, type);
    expect(waits.map(({ asked }) => asked)).toEqual([true, false]);
    expect([...registry.manifests.keys()]).toContain('latest');
  });

  test.each([
    [429, 'TOOMANYREQUESTS', true, 3, /limits the rate of requests/],
    [500, 'UNKNOWN', true, 3, /is failing/],
    [403, 'DENIED', false, 1, /^Nobody may push to .*a\/b without signing in: "docker login/],
    [404, 'NAME_UNKNOWN', false, 1, /some registries want a\/b to be created/],
    [400, 'MANIFEST_INVALID', false, 1, /speaks the OCI distribution protocol/],
  ])('for ever, with %d, is given up', async (status, code, retryable, requests, hint) => {
    await using registry = await startRegistryStandIn((request, response) => {
      request.resume();
      sendError(response, status, code);
      return true;
    });
    const error = await errorOf(
      impatient(registry.host).repository('a/b').putManifest('latest', bytes, type),
    );
    expect(error).toMatchObject({ status, code, retryable });
    expect(error.message).toBe(
      `Could not write the manifest "latest" in ${registry.host}/a/b: the registry answered ${status} ` +
        `(${code}: ${code.toLowerCase().replaceAll('_', ' ')})`,
    );
    expect(error.hint).toMatch(hint);
    expect(registry.seen).toHaveLength(requests);
  });

  test('that answers with a page for people is quoted without the markup', async () => {
    await using registry = await startRegistryStandIn((_request, response) => {
      response.writeHead(400).end('<html><h1>Bad\n Request</h1> nginx</html>');
      return true;
    });
    const error = await errorOf(impatient(registry.host).repository('a/b').getManifest('latest'));
    expect(error.message).toContain('answered 400 (Bad Request nginx)');
  });

  test('that never answers is given up', async () => {
    await using registry = await startRegistryStandIn(() => true);
    const error = await errorOf(
      impatient(registry.host, { patience: hasty }).repository('a/b').getManifest('latest'),
    );
    expect(error.message).toContain('was silent for 0.3 s');
    expect(error.retryable).toBe(true);
    expect(registry.seen).toHaveLength(2);
  });

  test('that stops in the middle of an answer is given up', async () => {
    await using registry = await startRegistryStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': type, 'content-length': 100 });
      response.write('{');
      return true;
    });
    const error = await errorOf(
      impatient(registry.host, { patience: hasty }).repository('a/b').getManifest('latest'),
    );
    expect(error.retryable).toBe(true);
  });

  test('that is not there says so', async () => {
    const registry = await startRegistryStandIn();
    await registry[Symbol.asyncDispose]();
    const error = await errorOf(impatient(registry.host).repository('a/b').getManifest('latest'));
    expect(error.hint).toBe('Nothing listens there: check the address, and that the registry runs.');
  });

  test('is left at once when the run ends', async () => {
    const controller = new AbortController();
    const reason = new Error('Ctrl-C');
    await using registry = await startRegistryStandIn(() => {
      controller.abort(reason);
      return true;
    });
    const client = impatient(registry.host, { signal: controller.signal });
    await expect(client.repository('a/b').getManifest('latest')).rejects.toBe(reason);
    await expect(client.repository('a/b').getManifest('latest')).rejects.toBe(reason);
    expect(registry.seen).toHaveLength(1);
  });
});

test('a registry that speaks http where https is due is told from one that is down', async () => {
  await using registry = await startRegistryStandIn();
  const port = registry.host.split(':')[1];
  const client = impatient(`0.0.0.0:${port}`);
  const error = await errorOf(client.repository('a/b').getManifest('latest'));
  expect(error.hint).toMatch(/does not speak https.*--insecure/);
});

test.each([
  [
    'registry.example',
    /^The user "me" may not push to registry.example\/a\/b: give the account write permission there/,
  ],
  ['ghcr.io', /the token needs "packages: write"/],
  ['europe-docker.pkg.dev', /needs the role roles\/artifactregistry.writer on the repository/],
])('a refusal of %s names the permission that is missing', (host, hint) => {
  const refusal = new HttpError({
    method: 'PUT',
    url: `https://${host}/`,
    status: 403,
    headers: new Headers(),
  });
  const asked = { host, repository: 'a/b', action: 'push', doing: 'write', user: 'the user "me"' } as const;
  expect(explain(refusal, asked)).toMatchObject({ hint: expect.stringMatching(hint) });
});

test.each([
  ['our Worker', 409, 'DENIED', 'the tag v1 is immutable here, and names sha256:0: push under another tag'],
  [
    'Amazon ECR',
    400,
    'TAG_INVALID',
    "The image tag 'v1' already exists in the 'a' repository and cannot be overwritten because the repository is immutable.",
  ],
  ['Artifact Registry', 400, 'MANIFEST_INVALID', 'the repository has enabled tag immutability'],
])('a tag that %s does not let be moved is told as such', (_registry, status, code, message) => {
  const body = JSON.stringify({ errors: [{ code, message }] });
  const refusal = new HttpError({ method: 'PUT', url: 'https://r/', status, headers: new Headers(), body });
  const asked = { host: 'r', repository: 'a/b', action: 'push', doing: 'write', user: undefined } as const;
  expect(explain(refusal, asked)).toMatchObject({
    hint: expect.stringContaining('does not let this tag be moved'),
  });
});

test('a name that no repository can have is refused before anything is sent', () => {
  expect(() => impatient('registry.example').repository('Owner/Model')).toThrow(
    '"Owner/Model" is not a repository\'s name.',
  );
});
