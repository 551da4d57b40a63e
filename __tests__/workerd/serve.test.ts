/** The registry as a process on this machine. */
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isAlive } from '../../src/is-alive.ts';
import { explainStart } from '../../src/workerd/start-error.ts';
import { digestOf, locationOf, OciClient, streamed, withDigest } from '../support/oci-client.ts';
import { someBytes, startRegistry, tryToStart, type TestRegistry } from '../support/worker.ts';
import { workerds } from '../support/workerds.ts';

let storage: string;
let started: TestRegistry[];
beforeEach(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'serve-'));
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((registry) => registry.stop()));
  await rm(storage, { recursive: true, force: true });
});

async function start(options: Parameters<typeof startRegistry>[0] = {}): Promise<TestRegistry> {
  const registry = await startRegistry({ storage, ...options });
  started.push(registry);
  return registry;
}

/** The status that a request with this `Host` gets; fetch does not let it be set. */
async function statusAs(host: string, registry: TestRegistry): Promise<number | undefined> {
  const [response] = (await once(
    request(`${registry.url}/v2/`, { headers: { host } }).end(),
    'response',
  )) as [import('node:http').IncomingMessage];
  response.resume();
  return response.statusCode;
}

/** Waits for what another process does. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('what was pushed is there after a restart', async () => {
  const bytes = someBytes(6_000_000);
  const first = await start();
  const digest = await new OciClient(first.url, 'a/b').pushBlob(bytes);
  await new OciClient(first.url, 'a/b').pushImage('layer', 'v1');
  await first.stop();

  const second = new OciClient((await start()).url, 'a/b');
  const response = await second.request('GET', `blobs/${digest}`);
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  expect((await second.request('HEAD', 'manifests/v1')).status).toBe(200);
});

test('an upload goes on after a restart', async () => {
  const bytes = someBytes(8_000_000);
  const first = await start();
  const before = new OciClient(first.url, 'a');
  const location = await before.startUpload();
  await before.request('PATCH', location, { body: streamed(bytes.subarray(0, 7_000_000)) });
  for (const pid of await workerds(first.process.pid)) process.kill(pid, 'SIGKILL');
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');

  const after = new OciClient((await start()).url, 'a');
  const status = await after.request('GET', location);
  expect([status.status, status.headers.get('range')]).toEqual([204, '0-6999999']);
  const patched = await after.request('PATCH', location, { body: streamed(bytes.subarray(7_000_000)) });
  const digest = digestOf(bytes);
  expect((await after.request('PUT', withDigest(locationOf(patched), digest))).status).toBe(201);
  const blob = await after.request('GET', `blobs/${digest}`);
  expect(Buffer.from(await blob.arrayBuffer()).equals(bytes)).toBe(true);
});

test('a stopped registry leaves no process and no lock', async () => {
  const registry = await start();
  const pids = await workerds(registry.process.pid);
  expect(pids).toHaveLength(1);
  await registry.stop();
  expect(pids.some(isAlive)).toBe(false);
  await expect(readFile(path.join(storage, 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a killed one leaves no process either, and its directory can be used again', async () => {
  const registry = await start();
  const pids = await workerds(registry.process.pid);
  registry.process.kill('SIGKILL');
  await until(() => !pids.some(isAlive));
  const next = await start();
  expect((await fetch(`${next.url}/healthz`)).status).toBe(200);
});

describe('says what is wrong, and what to do', () => {
  test('where the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const result = await tryToStart({ storage, port });
    server.close();
    expect(result).toEqual({
      error: {
        name: 'UserError',
        message: `Port ${port} of 127.0.0.1 is taken by another program.`,
        hint: expect.stringContaining('--port'),
      },
    });
    // Nothing of it is left in the way.
    expect((await fetch(`${(await start()).url}/healthz`)).status).toBe(200);
  });

  test.each([
    ['203.0.113.7', '203.0.113.7 is not an address of this machine.'],
    ['nowhere.invalid', 'nowhere.invalid is neither an address nor the name of one.'],
  ])('where %s is not its own', async (host, message) => {
    expect(await tryToStart({ storage, host, token: 'secret' })).toEqual({
      error: { name: 'UserError', message, hint: expect.stringContaining('with --host') },
    });
  });

  test('where its secret cannot be read', async () => {
    const secret = path.join(storage, 'secret');
    await mkdir(secret);
    expect(await tryToStart({ storage })).toEqual({
      error: {
        name: 'UserError',
        message: expect.stringContaining(`${secret} cannot be used: EISDIR`),
        hint: expect.stringContaining('removed'),
      },
    });
  });

  test('where the directory is in use', async () => {
    const registry = await start();
    expect(await tryToStart({ storage })).toEqual({
      error: {
        name: 'UserError',
        message: `The storage directory ${storage} is in use by process ${registry.process.pid}.`,
        hint: expect.stringContaining('--storage'),
      },
    });
  });

  test('where the directory cannot be made', async () => {
    const file = path.join(storage, 'file');
    await writeFile(file, '');
    expect(await tryToStart({ storage: path.join(file, 'below') })).toEqual({
      error: {
        name: 'UsageError',
        message: expect.stringContaining(`${path.join(file, 'below')} cannot be used: ENOTDIR`),
        hint: 'Name another with --storage, which may be made and written to.',
      },
    });
  });

  test.each(['0.0.0.0', '::', '10.1.2.3', 'registry.example'])(
    'where %s is to be open without a token',
    async (host) => {
      expect(await tryToStart({ storage, host })).toEqual({
        error: {
          name: 'UsageError',
          message: `On ${host} others can reach the registry, so pushes need a token.`,
          hint: expect.stringContaining('AI_ACTION_TOKEN'),
        },
      });
    },
  );
});

test('where a port needs more rights than the user has, another is asked for', () => {
  const said = 'Runtime stderr: Socket "direct:0:default": bind(): Permission denied (os error 13)';
  expect(explainStart(new Error(said), { host: '127.0.0.1', port: 80 })).toMatchObject({
    name: 'UserError',
    message: 'This user may not listen on port 80 of 127.0.0.1.',
    hint: 'Choose a port from 1024 on with --port, as in --port 8787.',
  });
});

test('another loopback address needs no token, and is called by its own name', async () => {
  const registry = await start({ host: '127.0.0.2' });
  expect(new URL(registry.url).hostname).toBe('127.0.0.2');
  await new OciClient(registry.url, 'a').pushBlob(Buffer.from('abc'));
});

test('with a token on all addresses, pushes have to prove it', async () => {
  const registry = await start({ host: '0.0.0.0', token: 'secret', allowHosts: ['builder.example'] });
  const url = `http://127.0.0.1:${new URL(registry.url).port}`;
  expect((await fetch(`${url}/v2/`)).status).toBe(401);
  const authorization = `Basic ${btoa('me:secret')}`;
  const digest = await new OciClient(url, 'a', { authorization }).pushBlob(Buffer.from('abc'));
  expect((await fetch(`${url}/v2/a/blobs/${digest}`)).status).toBe(200);
});

describe('a sign-in', () => {
  const scope = 'repository:a:pull,push';
  let token: string;
  let port: number;
  beforeEach(async () => {
    const registry = await start({ token: 'secret' });
    const headers = { authorization: `Basic ${btoa('me:secret')}` };
    const answer = await fetch(`${registry.url}/token?scope=${scope}`, { headers });
    ({ token } = (await answer.json()) as { token: string });
    port = Number(new URL(registry.url).port);
    registry.process.kill('SIGKILL');
    await once(registry.process, 'exit');
    // Its workerd is ended a moment later, and has the port until then.
    await until(async () => (await fetch(registry.url).catch(() => undefined)) === undefined);
  });

  /** The status of a push that has signed in before. */
  async function push({ url }: TestRegistry): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${url}/v2/a/blobs/uploads/`, { method: 'POST', headers })).status;
  }

  test('holds when the registry is killed and started again', async () => {
    expect(await push(await start({ token: 'secret', port }))).toBe(202);
    expect((await stat(path.join(storage, 'secret'))).mode & 0o777).toBe(0o600);
  });

  test('ends with another token, or with a secret that is lost in part', async () => {
    const other = await start({ token: 'other', port });
    expect(await push(other)).toBe(401);
    await other.stop();
    await truncate(path.join(storage, 'secret'), 10);
    expect(await push(await start({ token: 'secret', port }))).toBe(401);
    expect(await readFile(path.join(storage, 'secret'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });
});

test('other names than the loopback’s are refused until they are allowed', async () => {
  const registry = await start({ allowHosts: ['builder.example'] });
  expect(await statusAs('localhost:1234', registry)).toBe(200);
  expect(await statusAs('builder.example:5000', registry)).toBe(200);
  expect(await statusAs('evil.example', registry)).toBe(421);
});
