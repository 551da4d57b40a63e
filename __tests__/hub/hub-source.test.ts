import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, test } from '@jest/globals';

import { UserError } from '../../src/errors.ts';
import { explainHubError } from '../../src/hub/hub-errors.ts';
import { openHub } from '../../src/hub/hub-source.ts';
import type { Source } from '../../src/hub/source.ts';
import { certificate, trusting } from '../support/certificate.ts';
import { rateLimited } from '../support/hub-faults.ts';
import {
  generatedFile,
  memoryFile,
  shaOf,
  type StandInFile,
  type StandInModel,
} from '../support/hub-models.ts';
import { startHub, type Hub, type HubOptions } from '../support/hub.ts';

const token = 'hf_reader';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const open: (Hub | Source)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((opened) => opened.close()));
});

async function hubWith(files: StandInFile[], options: Partial<StandInModel & HubOptions> = {}): Promise<Hub> {
  const model = { name: 'org/model', sha: shaOf(files), license: 'mit', ...options, files };
  const hub = await startHub({ ...options, models: [model] });
  open.push(hub);
  return hub;
}

function sourceOf(hub: Hub, options: Partial<Parameters<typeof openHub>[0]> = {}): Source {
  const [{ sha } = { sha: '' }] = hub.models;
  const source = openHub({ name: 'org/model', sha, endpoint: hub.url, ...options });
  open.push(source);
  return source;
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

/** Of asking a Hub at this address. */
async function failureOf(endpoint: string): Promise<UserError> {
  return failure(openHub({ name: 'org/model', sha: 'a'.repeat(40), endpoint }).revision());
}

describe('a revision', () => {
  test('tells the files in the order of their bytes, with what their content hashes to', async () => {
    const files = [
      await memoryFile('config.json', '{}'),
      await memoryFile('weights.safetensors', 'weights'),
      await memoryFile('a/b.txt', ''),
      await memoryFile('B.txt', 'B'),
    ];
    const hub = await hubWith(files);
    const revision = await sourceOf(hub).revision();
    expect(revision).toEqual({
      name: 'org/model',
      sha: shaOf(files),
      license: 'mit',
      url: `${hub.url}/org/model/tree/${shaOf(files)}`,
      files: [
        { path: 'B.txt', size: 1, oid: 'git-sha1:7371f47a6f8bd23a8fa1a8b2a9479cdd76380e54' },
        { path: 'a/b.txt', size: 0, oid: 'git-sha1:e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' },
        { path: 'config.json', size: 2, oid: 'git-sha1:9e26dfeeb6e641a33dae4961196235bdb965b21b' },
        { path: 'weights.safetensors', size: 7, oid: `sha256:${sha256('weights')}` },
      ],
    });
  });

  test('asks once for the information and once for each page of the list', async () => {
    const files = await Promise.all(Array.from({ length: 25 }, (_, at) => memoryFile(`${at}.txt`, `${at}`)));
    const hub = await hubWith(files, { pageSize: 10 });
    const { files: listed } = await sourceOf(hub).revision();
    expect(listed).toHaveLength(25);
    expect(hub.requests).toHaveLength(4);
  });

  test('may be without any file', async () => {
    const hub = await hubWith([]);
    expect((await sourceOf(hub).revision()).files).toEqual([]);
  });

  test('of a moved repository carries its new name', async () => {
    const hub = await hubWith([await memoryFile('a', 'a')], { moved: { 'old/model': 'org/model' } });
    const source = sourceOf(hub, { name: 'old/model' });
    const { name, files } = await source.revision();
    expect(name).toBe('org/model');
    const target = new Uint8Array(1);
    await source.read(files[0]!, 0, target);
    expect(Buffer.from(target).toString()).toBe('a');
  });

  test('is read after the Hub was in trouble for a while, and its rate limit is waited for', async () => {
    const hub = await hubWith([await memoryFile('a', 'a')]);
    hub.fail({ on: 'info', fault: rateLimited(0) });
    hub.fail({ on: 'tree', fault: { kind: 'status', status: 503 } });
    const waits: [number, boolean][] = [];
    const source = sourceOf(hub, {
      onWait: ({ attempt, asked }) => waits.push([attempt, asked]),
    });
    expect((await source.revision()).files).toHaveLength(1);
    expect(waits).toEqual([
      [1, true],
      [1, false],
    ]);
  });

  test('of another commit than the asked one is refused', async () => {
    const hub = await hubWith([], { sha: 'a'.repeat(40) });
    const [model] = hub.models;
    const body = JSON.stringify({ _id: 'x', id: 'org/model', sha: 'b'.repeat(40) });
    hub.fail({ on: 'info', fault: { kind: 'status', status: 200, body } });
    const error = await failure(sourceOf(hub).revision());
    expect(error.message).toContain(`gave commit ${'b'.repeat(40)}`);
    expect(error.message).toContain(model?.sha);
  });
});

describe('a repository that cannot be had', () => {
  const cases: {
    name: string;
    model?: Partial<StandInModel>;
    settings: { token?: string; name?: string; sha?: string };
    message: string;
    hint: string;
  }[] = [
    {
      name: 'missing, without a token',
      settings: { name: 'org/other' },
      message: 'org/other does not exist on HUB, or it is private.',
      hint: 'set HF_TOKEN',
    },
    {
      name: 'missing, with a token',
      settings: { name: 'org/other', token },
      message: 'org/other does not exist on HUB, or HF_TOKEN may not read it.',
      hint: 'Check the name',
    },
    {
      name: 'private, without a token',
      model: { private: true },
      settings: {},
      message: 'org/model does not exist on HUB, or it is private.',
      hint: 'set HF_TOKEN',
    },
    {
      name: 'at a commit that is not there',
      settings: { sha: 'f'.repeat(40) },
      message: `org/model has no commit ${'f'.repeat(40)}.`,
      hint: 'HUB/org/model/commits/main',
    },
    {
      name: 'with a token that is not known',
      settings: { token: 'hf_unknown' },
      message: 'HUB does not accept HF_TOKEN (401) for org/model.',
      hint: 'expired or been revoked',
    },
  ];
  test.each(cases)('$name', async ({ model, settings, message, hint }) => {
    const hub = await hubWith([], { ...model, tokens: { [token]: [] } });
    const error = await failure(sourceOf(hub, settings).revision());
    expect(error.message.replace(hub.url, 'HUB')).toBe(message);
    expect(error.hint?.replace(hub.url, 'HUB')).toContain(hint);
  });

  test('gated: says where to accept the terms, and reads with a token that may', async () => {
    const file = await memoryFile('w.safetensors', 'weights');
    const hub = await hubWith([file], { gated: true, tokens: { [token]: [], hf_member: ['org/model'] } });
    const read = async (settings: { token?: string }): Promise<string> => {
      const source = sourceOf(hub, settings);
      const { files } = await source.revision();
      const target = new Uint8Array(7);
      await source.read(files[0]!, 0, target);
      return Buffer.from(target).toString();
    };
    const anonymous = await failure(read({}));
    expect(anonymous.message).toBe(
      'org/model is gated: its files are given only to accounts that accepted its terms.',
    );
    expect(anonymous.hint).toBe(
      `Accept the terms at ${hub.url}/org/model, then set HF_TOKEN to a token of that account.`,
    );
    const stranger = await failure(read({ token }));
    expect(stranger.message).toBe('org/model is gated, and the account of HF_TOKEN has no access to it.');
    expect(await read({ token: 'hf_member' })).toBe('weights');
    expect(hub.requests.filter(({ server }) => server === 'storage').map((r) => r.authorization)).toEqual([
      undefined,
    ]);
  });

  test('a server that is no Hub', async () => {
    const hub = await hubWith([]);
    hub.fail({ on: 'info', fault: { kind: 'status', status: 200, body: '<html>Sign in</html>' } });
    const error = await failure(sourceOf(hub).revision());
    expect(error.message).toContain('did not answer with JSON');
    expect(error.hint).toContain('HF_ENDPOINT');
  });

  test('a name that is none', () => {
    for (const name of ['', '../etc', 'a/b/c', 'a/..', 'org/mo del', 'org/model?x']) {
      expect(() => openHub({ name, sha: 'a'.repeat(40), endpoint: 'http://127.0.0.1:1' })).toThrow(UserError);
    }
  });

  test('a commit that is none', () => {
    for (const sha of ['', 'main', 'abc1234', 'A'.repeat(40), `${'a'.repeat(40)}/..`]) {
      expect(() => openHub({ name: 'org/model', sha, endpoint: 'http://127.0.0.1:1' })).toThrow(UserError);
    }
  });

  test('a certificate that is not trusted, and a port that fetch refuses', async () => {
    const server = createServer(certificate, (_request, response) => response.end('{}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      expect(await trusting([], () => failureOf(`https://127.0.0.1:${port}`))).toMatchObject({
        message: expect.stringContaining('certificate'),
        hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
      });
      expect((await failureOf('http://127.0.0.1:9')).message).toContain('bad port');
    } finally {
      server.close();
    }
  });

  test('a host that does not exist', () => {
    const cause = Object.assign(new Error('getaddrinfo ENOTFOUND hub.invalid'), { code: 'ENOTFOUND' });
    const request = { name: 'org/model', sha: 'a'.repeat(40), endpoint: 'http://hub.invalid' };
    expect(explainHubError(new TypeError('fetch failed', { cause }), request)).toMatchObject({
      message: 'org/model could not be read: getaddrinfo ENOTFOUND hub.invalid.',
      hint: expect.stringContaining('Check the connection to http://hub.invalid'),
    });
  });

  test('a file whose entry in the list makes no sense', async () => {
    const hub = await hubWith([]);
    const body = JSON.stringify([{ type: 'file', path: 'x', size: -1, oid: 'a'.repeat(40) }]);
    hub.fail({ on: 'tree', fault: { kind: 'status', status: 200, body } });
    expect((await failure(sourceOf(hub).revision())).message).toContain('"x"');
  });

  test('a file listed twice', async () => {
    const hub = await hubWith([await memoryFile('x', 'x'), await memoryFile('x', 'y')]);
    expect((await failure(sourceOf(hub).revision())).message).toBe('The Hub lists "x" of org/model twice.');
  });
});

test('a file of over 8 GiB is read at its end', async () => {
  const size = 9 * 1024 ** 3 + 1;
  const hub = await hubWith([await generatedFile({ path: 'w.gguf', size, seed: 1, oid: 'a'.repeat(64) })]);
  const source = sourceOf(hub);
  const { files } = await source.revision();
  const target = new Uint8Array(4096);
  await source.read(files[0]!, size - 4096, target);
  expect(Buffer.from(target)).toEqual(Buffer.from(await hub.models[0]!.files[0]!.read(size - 4096, 4096)));
});
