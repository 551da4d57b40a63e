import type { IncomingMessage, ServerResponse } from 'node:http';

import { describe, expect, jest, test } from '@jest/globals';

import type { CredentialProvider } from '../../src/registry/credentials.ts';
import { isHidden } from '../../src/registry/explain.ts';
import { startHidingRegistry } from '../support/hiding-registry.ts';
import { errorOf, impatient, user } from '../support/registry-client.ts';
import {
  bodyOf,
  digest,
  type RegistryStandIn,
  sendError,
  startRegistryStandIn,
} from '../support/registry-stand-in.ts';

const bytes = Buffer.from('a blob');

interface TokenRegistry extends RegistryStandIn {
  /** What the token service was asked: the query, or the form. */
  asked: { query: URLSearchParams; authorization: string | undefined; form: URLSearchParams | undefined }[];
  /** Tokens that are good at the moment. */
  good: Set<string>;
}

interface TokenRules {
  expiresIn?: number;
  /** The header of a 401; `REALM` stands for the service's address. */
  challenge?: string;
  /** Whether reading needs a token. */
  guardsReads?: boolean;
  answer?: (response: ServerResponse, asked: number) => boolean;
}

/** A registry whose token service, at /token, hands out `token-1`, `token-2`, … */
async function startTokenRegistry(rules: TokenRules = {}): Promise<TokenRegistry> {
  const asked: TokenRegistry['asked'] = [];
  const good = new Set<string>();
  const { challenge = 'Bearer realm="REALM",service="stand-in"', guardsReads = true } = rules;
  const issue = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const form =
      request.method === 'POST' ? new URLSearchParams((await bodyOf(request)).toString()) : undefined;
    asked.push({ query, authorization: request.headers.authorization, form });
    if (rules.answer?.(response, asked.length)) return;
    const token = `token-${asked.length}`;
    good.add(`Bearer ${token}`);
    response.end(
      JSON.stringify({ token, ...(rules.expiresIn === undefined ? {} : { expires_in: rules.expiresIn }) }),
    );
  };
  const registry = await startRegistryStandIn(async (request, response) => {
    if (request.url?.startsWith('/token')) {
      await issue(request, response);
      return true;
    }
    const open = !guardsReads && ['GET', 'HEAD'].includes(request.method ?? '');
    if (open || good.has(request.headers.authorization ?? '')) return false;
    const realm = `http://${request.headers.host}/token`;
    request.resume();
    sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge.replace('REALM', realm) });
    return true;
  });
  registry.blobs.set(digest(bytes), bytes);
  return Object.assign(registry, { asked, good });
}

describe('a registry that wants a bearer token', () => {
  test('is asked with the password, for what is going to be done', async () => {
    await using registry = await startTokenRegistry();
    const repository = impatient(registry.host, { credentials: user('me', 'secret') }).repository('a/b');
    await repository.putBlob(digest(Buffer.from('new')), Buffer.from('new'));
    expect(registry.asked.map(({ query }) => query.getAll('scope'))).toEqual([
      ['repository:a/b:pull'],
      ['repository:a/b:pull,push'],
    ]);
    expect(registry.asked[0]?.query.get('service')).toBe('stand-in');
    expect(registry.asked[0]?.query.get('account')).toBe('me');
    expect(registry.asked[0]?.authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  });

  test('gives one token for many requests at once', async () => {
    await using registry = await startTokenRegistry();
    const repository = impatient(registry.host).repository('a/b');
    await Promise.all(Array.from({ length: 20 }, () => repository.hasBlob(digest(bytes))));
    await repository.hasBlob(digest(bytes));
    expect(registry.asked).toHaveLength(1);
    expect(registry.asked[0]?.authorization).toBeUndefined();
  });

  test('is asked for the source repository of a mount, too', async () => {
    await using registry = await startTokenRegistry();
    await expect(impatient(registry.host).repository('a/b').mountBlob(digest(bytes), 'c/d')).resolves.toBe(
      true,
    );
    expect(registry.asked[0]?.query.getAll('scope')).toEqual([
      'repository:a/b:pull,push',
      'repository:c/d:pull',
    ]);
  });

  test('is asked for the scope of another resource that it names', async () => {
    const challenge = 'Bearer realm="REALM",scope="repository:proxied/a/b:pull"';
    await using registry = await startTokenRegistry({ challenge });
    await impatient(registry.host).repository('a/b').hasBlob(digest(bytes));
    expect(registry.asked[0]?.query.getAll('scope')).toEqual([
      'repository:a/b:pull',
      'repository:proxied/a/b:pull',
    ]);
  });

  test('has an identity token exchanged', async () => {
    await using registry = await startTokenRegistry();
    const credentials: CredentialProvider = {
      credentialsFor: async () => ({ kind: 'identity-token', token: 'refresh' }),
    };
    await impatient(registry.host, { credentials }).repository('a/b').hasBlob(digest(bytes));
    expect(Object.fromEntries(registry.asked[0]?.form ?? [])).toEqual({
      grant_type: 'refresh_token',
      service: 'stand-in',
      client_id: 'ai-action',
      scope: 'repository:a/b:pull',
      refresh_token: 'refresh',
    });
  });

  test('is not sent a token for what it lets anyone do', async () => {
    await using registry = await startTokenRegistry({ guardsReads: false });
    const repository = impatient(registry.host).repository('a/b');
    await repository.putBlob(digest(Buffer.from('new')), Buffer.from('new'));
    await repository.hasBlob(digest(bytes));
    expect(registry.asked).toHaveLength(1);
    expect(registry.seen.at(-1)?.headers.authorization).toBeUndefined();
  });

  test('gives another before the old one expires', async () => {
    await using registry = await startTokenRegistry({ expiresIn: 100 });
    const repository = impatient(registry.host).repository('a/b');
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now');
    const tokensAt: number[] = [];
    try {
      for (const seconds of [0, 70, 80, 150, 160]) {
        clock.mockReturnValue(now + seconds * 1000);
        await repository.hasBlob(digest(bytes));
        tokensAt.push(registry.asked.length);
      }
    } finally {
      clock.mockRestore();
    }
    // The last quarter of a lifetime is kept in reserve.
    expect(tokensAt).toEqual([1, 1, 2, 2, 3]);
  });

  test('is asked for another token, and its user for credentials, when it takes the old one back', async () => {
    await using registry = await startTokenRegistry();
    let password = 'first';
    const credentials: CredentialProvider = {
      credentialsFor: async () => ({ kind: 'password', username: 'me', password }),
    };
    const repository = impatient(registry.host, { credentials }).repository('a/b');
    await repository.hasBlob(digest(bytes));
    registry.good.clear();
    password = 'second';
    await expect(repository.hasBlob(digest(bytes))).resolves.toBe(bytes.length);
    expect(registry.asked.at(-1)?.authorization).toBe(`Basic ${Buffer.from('me:second').toString('base64')}`);
  });

  test('has its token service asked again when that was busy', async () => {
    await using registry = await startTokenRegistry({
      answer: (response, asked) => asked < 3 && Boolean(response.writeHead(asked === 1 ? 503 : 429).end()),
    });
    await expect(impatient(registry.host).repository('a/b').hasBlob(digest(bytes))).resolves.toBe(
      bytes.length,
    );
  });
});

describe('a registry that hides what is not there from tokens that only pull', () => {
  test('says that there is nothing to who is going to push, for one token', async () => {
    await using registry = await startHidingRegistry();
    const repository = impatient(registry.host, { writes: true }).repository('a/b');
    await expect(repository.getManifest('latest')).resolves.toBeUndefined();
    await expect(repository.hasBlob(digest(bytes))).resolves.toBeUndefined();
    await repository.putBlob(digest(bytes), bytes);
    expect(registry.scopes).toEqual(['repository:a/b:pull,push']);
  });

  test('is read by who may not push', async () => {
    await using registry = await startHidingRegistry(':pull,push');
    registry.manifests.set('latest', { type: 'application/vnd.oci.image.index.v1+json', bytes });
    const repository = impatient(registry.host, { writes: true }).repository('a/b');
    await expect(repository.getManifest('latest')).resolves.toMatchObject({ bytes: new Uint8Array(bytes) });
    await repository.headManifest('latest');
    expect(registry.scopes).toEqual(['repository:a/b:pull,push', 'repository:a/b:pull']);
  });

  test('is told from one that does not know who asks', async () => {
    await using hiding = await startHidingRegistry();
    const hidden = await errorOf(impatient(hiding.host).repository('a/b').getManifest('latest'));
    await using refusing = await startHidingRegistry(':pull');
    const refused = await errorOf(impatient(refusing.host).repository('a/b').getManifest('latest'));
    await using closed = await startTokenRegistry({ challenge: 'Basic realm="stand-in"' });
    const unknown = await errorOf(impatient(closed.host).repository('a/b').getManifest('latest'));
    expect([hidden, refused, unknown].map(isHidden)).toEqual([true, false, false]);
  });
});

describe('an error of the proof says what to do', () => {
  test('when the registry refuses every token', async () => {
    await using registry = await startTokenRegistry({
      answer: (response) => Boolean(response.end('{"access_token":"useless"}')),
    });
    const error = await errorOf(impatient(registry.host).repository('a/b').hasBlob(digest(bytes)));
    expect(error).toMatchObject({ status: 401, retryable: false });
    expect(error.hint).toBe(
      `No credentials for ${registry.host} were found: sign in with "docker login ${registry.host}".`,
    );
    expect(registry.asked).toHaveLength(1);
  });

  test('when the token service does not take the password', async () => {
    await using registry = await startTokenRegistry({
      answer: (response) =>
        Boolean(response.writeHead(401).end('{"details":"incorrect username or password"}')),
    });
    const client = impatient(registry.host, { credentials: user('me', 'wrong') });
    const error = await errorOf(client.repository('a/b').hasBlob(digest(bytes)));
    expect(error.message).toMatch(/does not accept user "me".*answered 401.*incorrect username or password/);
    expect(error.message).not.toContain('wrong');
    expect(error.hint).toBe(`Sign in with "docker login ${registry.host}".`);
  });

  test.each(['{}', '{"token":"a\\nb"}', '{"token":5}', 'null', '<html>'])(
    'when the token service answers %s',
    async (body) => {
      await using registry = await startTokenRegistry({ answer: (response) => Boolean(response.end(body)) });
      const error = await errorOf(impatient(registry.host).repository('a/b').hasBlob(digest(bytes)));
      expect(error.message).toMatch(/\/token, answered without a token\.$/);
    },
  );

  test.each(['http://auth.example/token', 'nowhere', 'file:///etc/passwd'])(
    'when the token service is at %s: nothing is sent there',
    async (realm) => {
      await using registry = await startTokenRegistry({ challenge: `Bearer realm="${realm}"` });
      const client = impatient(registry.host, { credentials: user('me', 'secret') });
      const error = await errorOf(client.repository('a/b').hasBlob(digest(bytes)));
      expect(error.message).toBe(
        `${registry.host} wants a token from "${realm}", which is not an https address: nothing was sent there.`,
      );
    },
  );

  test('when the credentials cannot be read', async () => {
    await using registry = await startTokenRegistry();
    const credentials: CredentialProvider = {
      credentialsFor: async () => Promise.reject(new Error('no keychain')),
    };
    const client = impatient(registry.host, { credentials });
    await expect(client.repository('a/b').hasBlob(digest(bytes))).rejects.toThrow('no keychain');
  });
});

describe('a registry that wants a password', () => {
  test('gets it, once it has asked', async () => {
    const wanted = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    await using registry = await startTokenRegistry({ challenge: 'Basic realm="stand-in"' });
    registry.good.add(wanted);
    const repository = impatient(registry.host, { credentials: user('me', 'secret') }).repository('a/b');
    await repository.hasBlob(digest(bytes));
    await repository.hasBlob(digest(bytes));
    expect(registry.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, wanted, wanted]);
  });

  test('and does not take it is not asked again', async () => {
    await using registry = await startTokenRegistry({ challenge: 'Basic realm="stand-in"' });
    const client = impatient(registry.host, { credentials: user('me', 'wrong') });
    const error = await errorOf(client.repository('a/b').hasBlob(digest(bytes)));
    expect(error.hint).toBe(
      `The user "me" was not accepted: sign in with "docker login ${registry.host}" as someone who may pull from it.`,
    );
    expect(registry.seen).toHaveLength(2);
  });
});
