/** The client against CNCF distribution: open, behind a password, behind a token service. */
import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Registry } from '../../src/registry/registry.ts';
import { type Distribution, startDistribution } from '../support/distribution.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { errorOf, impatient, user } from '../support/registry-client.ts';
import { startRegistryProxy } from '../support/registry-proxy.ts';
import { digest } from '../support/registry-stand-in.ts';

// The two that a test starts itself need the same installation.
const withRegistry = describeWith('registry');
const type = 'application/vnd.oci.image.manifest.v1+json';

/** An image of one layer, by the whole way: streamed layer, config, manifest, tag; and read back. */
async function pushAndRead(registry: Registry, name: string): Promise<void> {
  const repository = registry.repository(name);
  const layer = randomBytes(5_000_000);
  const upload = await repository.startUpload(layer.length);
  for (let at = 0; at < layer.length; at += 1_000_000) {
    await upload.write([layer.subarray(at, at + 10), layer.subarray(at + 10, at + 1_000_000)]);
  }
  await upload.commit(digest(layer));
  const config = Buffer.from('{}');
  await repository.putBlob(digest(config), config);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: digest(config),
        size: config.length,
      },
      layers: [
        { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digest(layer), size: layer.length },
      ],
    }),
  );
  const descriptor = { mediaType: type, digest: digest(manifest), size: manifest.length };
  await expect(repository.putManifest('latest', manifest, type)).resolves.toEqual(descriptor);
  await expect(repository.headManifest('latest')).resolves.toEqual(descriptor);
  const read = await repository.getManifest(descriptor.digest);
  expect(Buffer.from(read?.bytes ?? [])).toEqual(manifest);
  await expect(repository.hasBlob(digest(layer))).resolves.toBe(layer.length);
  const part = await repository.readBlobRange(digest(layer), 999_990, 30);
  expect(Buffer.from(part)).toEqual(layer.subarray(999_990, 1_000_020));
  const other = registry.repository(`${name}-copy`);
  await expect(other.hasBlob(digest(layer))).resolves.toBeUndefined();
  await expect(other.mountBlob(digest(layer), name)).resolves.toBe(true);
  await expect(other.hasBlob(digest(layer))).resolves.toBe(layer.length);
}

withRegistry('distribution', () => {
  const name = `registry-client/${randomUUID()}`;
  let registry: Registry;
  beforeAll(() => {
    registry = impatient(serviceAddress('REGISTRY'));
  });
  afterAll(async () => registry.close());

  test('takes an image and gives it back', async () => {
    await expect(pushAndRead(registry, name)).resolves.toBeUndefined();
  });

  test('takes a layer in chunks, where a proxy before it limits bodies', async () => {
    await using proxy = await startRegistryProxy(serviceAddress('REGISTRY'), {
      answer(passed, { headers }) {
        if (passed.method === 'POST') headers['oci-chunk-max-length'] = '2000000';
      },
    });
    const limited = impatient(proxy.host);
    await expect(pushAndRead(limited, `${name}-chunks`)).resolves.toBeUndefined();
    const patches = proxy.passed.filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ sent }) => sent)).toEqual([2_000_000, 2_000_000, 1_000_000]);
    await limited.close();
  });

  test('has nothing where nothing was put', async () => {
    const repository = registry.repository(`${name}-nothing`);
    await expect(repository.getManifest('latest')).resolves.toBeUndefined();
    await expect(repository.headManifest('latest')).resolves.toBeUndefined();
    await expect(repository.hasBlob(digest(Buffer.from(name)))).resolves.toBeUndefined();
    await expect(repository.mountBlob(digest(Buffer.from(name)), name)).resolves.toBe(false);
  });

  test('takes the empty blob', async () => {
    const upload = await registry.repository(name).startUpload(0);
    await upload.commit(digest(Buffer.alloc(0)));
    await expect(registry.repository(name).hasBlob(digest(Buffer.alloc(0)))).resolves.toBe(0);
  });

  test('refuses other bytes than the digest says', async () => {
    const upload = await registry.repository(name).startUpload(4);
    await upload.write([Buffer.from('some')]);
    const error = await errorOf(upload.commit(digest(Buffer.from('others'))));
    expect(error).toMatchObject({ status: 400, code: 'DIGEST_INVALID', retryable: false });
    await upload.abort();
  });

  test('forgets an upload that is given up in its middle', async () => {
    const upload = await registry.repository(name).startUpload(100_000_000);
    await upload.write([Buffer.alloc(1_000_000)]);
    await upload.abort();
    await expect(upload.write([Buffer.alloc(1)])).rejects.toThrow('The upload was given up.');
  });

  test('says what a manifest lacks', async () => {
    const missing = {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digest(Buffer.from(name)),
      size: 1,
    };
    const manifest = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: type, config: missing, layers: [] }),
    );
    const error = await errorOf(registry.repository(name).putManifest('bad', manifest, type));
    expect(error).toMatchObject({ retryable: false, code: 'MANIFEST_BLOB_UNKNOWN' });
  });
});

withRegistry('distribution behind a password', () => {
  // bcrypt of "correct horse"
  const htpasswd = 'me:$2b$04$6VDpjnuamdqv49a46g882OlaZWxTK/VCxomuY7PNOWDHtkemphIZC\n';
  let distribution: Distribution;
  beforeAll(async () => {
    const auth = { htpasswd: { realm: 'test', path: '{folder}/htpasswd' } };
    distribution = await startDistribution(auth, { htpasswd });
  });
  afterAll(async () => distribution[Symbol.asyncDispose]());

  test('lets its user in', async () => {
    const registry = impatient(distribution.host, { credentials: user('me', 'correct horse') });
    await expect(pushAndRead(registry, 'a/b')).resolves.toBeUndefined();
    await registry.close();
  });

  test.each([
    [
      'nobody',
      {},
      /^No credentials for 127.0.0.1:\d+ were found: sign in with "docker login 127.0.0.1:\d+"\.$/,
    ],
    ['the wrong password', { credentials: user('me', 'wrong') }, /^The user "me" was not accepted/],
  ])('keeps %s out', async (_, options, hint) => {
    const registry = impatient(distribution.host, options);
    const error = await errorOf(registry.repository('a/b').startUpload(1));
    expect(error).toMatchObject({ status: 401, retryable: false, hint: expect.stringMatching(hint) });
    await registry.close();
  });
});

withRegistry('distribution behind a token service', () => {
  let distribution: Distribution;
  let service: Server;
  let issued = 0;

  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'ES256' };

  /** @see https://distribution.github.io/distribution/spec/auth/jwt/ */
  const tokenFor = (scopes: string[], seconds: number): string => {
    const now = Math.floor(Date.now() / 1000);
    const access = scopes.map((scope) => {
      const [kind, name, actions = ''] = scope.split(':');
      return { type: kind, name, actions: actions.split(',') };
    });
    const claims = {
      iss: 'test',
      sub: 'me',
      aud: 'registry',
      exp: now + seconds,
      nbf: now - 1,
      iat: now,
      jti: randomUUID(),
      access,
    };
    const parts = [{ typ: 'JWT', alg: 'ES256', kid: 'test' }, claims];
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const signature = sign('sha256', Buffer.from(text), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };

  const answer = (request: IncomingMessage): { status: number; body: unknown } => {
    const { searchParams } = new URL(request.url ?? '', 'http://service');
    const known = request.headers.authorization === `Basic ${Buffer.from('me:secret').toString('base64')}`;
    // The way of real services: whoever is unknown may read what is public, and is not told about the rest.
    const scopes = searchParams
      .getAll('scope')
      .map((scope) => (known ? scope : scope.replace('pull,push', 'pull')));
    issued += 1;
    return { status: 200, body: { token: tokenFor(scopes, 300), expires_in: 300 } };
  };

  beforeAll(async () => {
    service = createServer((request, response) => {
      const { status, body } = answer(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => {
      service.listen(0, '127.0.0.1', resolve);
    });
    const realm = `http://127.0.0.1:${(service.address() as AddressInfo).port}/token`;
    const token = { realm, service: 'registry', issuer: 'test', jwks: '{folder}/jwks.json' };
    distribution = await startDistribution({ token }, { 'jwks.json': JSON.stringify({ keys: [jwk] }) });
  });
  afterAll(async () => {
    await distribution[Symbol.asyncDispose]();
    service.close();
  });

  test('lets its user in, with a token for each repository and one for the mount', async () => {
    issued = 0;
    const registry = impatient(distribution.host, { credentials: user('me', 'secret') });
    await expect(pushAndRead(registry, 'a/b')).resolves.toBeUndefined();
    await registry.close();
    // a/b to push, a/b-copy to look into, and to mount from a/b.
    expect(issued).toBe(3);
  });

  test('lets nobody in for reading only', async () => {
    const registry = impatient(distribution.host);
    const repository = registry.repository('a/b');
    await expect(repository.hasBlob(digest(Buffer.from('nothing')))).resolves.toBeUndefined();
    const error = await errorOf(repository.startUpload(1));
    expect(error).toMatchObject({ status: 401, retryable: false });
    expect(error.hint).toMatch(/^No credentials .* were found/);
    await registry.close();
  });
});
