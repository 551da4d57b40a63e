/** Files that are pushed as they are: verified, not read where they are there, sent again where sending breaks. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { RawFile } from '../../src/artifacts/documents.ts';
import type { Source } from '../../src/hub/source.ts';
import { pushRawFiles } from '../../src/publish/raw-files.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { noise } from '../support/layer-bytes.ts';
import {
  digest,
  startRegistryStandIn,
  type Intercept,
  type RegistryStandIn,
} from '../support/registry-stand-in.ts';
import { filesOf, memorySource } from '../support/stream-fakes.ts';

const MIB = 2 ** 20;
const LARGE = noise(9 * MIB + 5);
const CONTENT = { 'large.gguf': LARGE, 'small.json': noise(70), empty: new Uint8Array() };

let intercept: Intercept;
let server: RegistryStandIn;
let registry: Registry;
let read: string[];
let moved: number;
let expected: number;

beforeEach(async () => {
  intercept = () => false;
  server = await startRegistryStandIn((request, response) => intercept(request, response));
  registry = openRegistry({ host: server.host, patience: { retry: { backOff: { base: 0, cap: 0 } } } });
  [read, moved, expected] = [[], 0, 0];
});
afterEach(async () => {
  await registry.close();
  await server[Symbol.asyncDispose]();
});

function source(content: Record<string, Uint8Array> = CONTENT): Source {
  return memorySource(content, ({ path }) => void read.push(path));
}

async function push(files = filesOf(CONTENT), from = source()): Promise<RawFile[]> {
  const progress = {
    expect: (bytes: number) => (expected += bytes),
    moved: (bytes: number) => (moved += bytes),
    begin: () => undefined,
    end: () => undefined,
    note: () => undefined,
    close: () => undefined,
  };
  const { signal } = new AbortController();
  return pushRawFiles(files, {
    name: 'owner/model',
    source: from,
    repository: registry.repository('model'),
    progress,
    signal,
  });
}

const WANTED = Object.entries(CONTENT).map(([path, bytes]) => ({
  path,
  size: bytes.length,
  digest: digest(bytes),
}));

test.each(['sha256', 'git-sha1'] as const)('with oids of %s each file is a blob', async (oid) => {
  expect(await push(filesOf(CONTENT, oid))).toEqual(WANTED);
  for (const [path, bytes] of Object.entries(CONTENT)) {
    expect({ path, same: server.blobs.get(digest(bytes))?.equals(bytes) }).toEqual({ path, same: true });
  }
  expect([moved, expected]).toEqual([LARGE.length + 70, LARGE.length + 70]);
});

test('what the registry has is not read, where the oid tells', async () => {
  for (const bytes of Object.values(CONTENT)) server.blobs.set(digest(bytes), Buffer.from(bytes));
  expect(await push()).toEqual(WANTED);
  expect({ read, expected }).toEqual({ read: [], expected: 0 });
  await push(filesOf(CONTENT, 'git-sha1'));
  expect(new Set(read)).toEqual(new Set(['large.gguf', 'small.json']));
});

test('a blob of the right digest and the wrong size is not taken for it', async () => {
  server.blobs.set(digest(LARGE), Buffer.from('cut'));
  expect(await push()).toEqual(WANTED);
  expect(server.blobs.get(digest(LARGE))?.length).toBe(LARGE.length);
});

test('an upload that breaks is sent again', async () => {
  let broken = 0;
  intercept = ({ method, socket }) => {
    if (method !== 'PATCH' || (broken += 1) > 2) return false;
    socket.destroy();
    return true;
  };
  expect(await push(filesOf({ 'large.gguf': LARGE }))).toEqual(WANTED.slice(0, 1));
  expect([broken, moved]).toEqual([3, LARGE.length]);
});

test('content that is not what its oid says is not committed, and other files are all the same', async () => {
  const wrong = new Uint8Array(LARGE);
  wrong[wrong.length - 1]! ^= 1;
  await expect(push(filesOf(CONTENT), source({ ...CONTENT, 'large.gguf': wrong }))).rejects.toThrow(
    /"large.gguf": the content is sha256:[0-9a-f]+, expected sha256:/,
  );
  expect([...server.blobs.keys()].toSorted()).toEqual(
    [digest(CONTENT['small.json']), digest(CONTENT.empty)].toSorted(),
  );
  expect([...server.uploads]).toEqual([]);
  expect(moved).toBe(70);
});

test('of many files none is begun any more once one has failed', async () => {
  const content = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${at}.json`, noise(at + 1)]));
  const broken = new Error('the source is gone');
  const from = memorySource(content, ({ path }) => {
    read.push(path);
    throw broken;
  });
  await expect(push(filesOf(content), from)).rejects.toBe(broken);
  expect(read.length).toBeLessThan(10);
});
