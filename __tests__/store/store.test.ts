/** The local store: what `pull` keeps, `list` shows, `remove` removes and `run` runs. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { aiAction, startAiAction } from '../support/ai-action.ts';
import { ggufHeader } from '../support/gguf.ts';
import { madeModel, QWEN2 } from '../support/gguf-models.ts';
import { noise, sha256 } from '../support/layer-bytes.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../support/registry-stand-in.ts';
import { runHere, type ProgramOutcome } from '../support/run-program.ts';
import { putImage, tocLayer } from '../support/stand-in-images.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts';

const SHARED = noise(3_000_000);
const OWN = noise(50_000, 2);
const OTHER = noise(60_000, 3);

let registry: RegistryStandIn;
let folder: TemporaryFolder;

beforeAll(async () => {
  registry = await startRegistryStandIn();
  folder = await temporaryFolder();
});

afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const image = (tag: string): string => `${registry.host}/owner/model:${tag}`;

interface Kept {
  args: string[];
  root: string;
}

function kept(name: string): Kept {
  const root = join(folder.path, name);
  return { root, args: ['--store', join(root, 'store'), '--cache', join(root, 'cache')] };
}

async function done(...args: string[]): Promise<ProgramOutcome> {
  const outcome = await runHere(args);
  expect({ code: outcome.code, stderr: outcome.stderr }).toMatchObject({ code: 0 });
  return outcome;
}

interface Listed {
  reference: string;
  folder: string;
  isWhole: boolean;
  files: { path: string; size: number }[];
}

async function listed({ root }: Kept): Promise<Listed[]> {
  const { stdout } = await done('list', '--store', join(root, 'store'), '--json');
  return JSON.parse(stdout) as Listed[];
}

const contents = async ({ root }: Kept): Promise<string[]> => readdir(join(root, 'store', 'content'));

function bytesOfBlobs(): number {
  return registry.seen.reduce((sum, { headers }) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    return first === undefined ? sum : sum + Number(last) - Number(first) + 1;
  }, 0);
}

test('keeps what two images share once, and removes it with the last of them', async () => {
  const store = kept('shared');
  putImage(registry, { tag: 'a', layers: [tocLayer({ 'weights.bin': SHARED, 'a.json': OWN })] });
  putImage(registry, { tag: 'b', layers: [tocLayer({ 'sub/weights.bin': SHARED, 'b.json': OTHER })] });
  await done('pull', image('a'), ...store.args);
  registry.seen.length = 0;
  await done('pull', image('b'), ...store.args);
  expect(bytesOfBlobs()).toBeLessThan(500_000);
  const [a, b] = await listed(store);
  expect([a!.reference, b!.reference]).toEqual([image('a'), image('b')]);
  expect(sha256(await readFile(join(b!.folder, 'sub/weights.bin')))).toBe(sha256(SHARED));
  expect((await stat(join(a!.folder, 'weights.bin'))).ino).toBe(
    (await stat(join(b!.folder, 'sub/weights.bin'))).ino,
  );
  expect(await contents(store)).toHaveLength(3);
  const removed = await done('remove', image('a'), '--store', join(store.root, 'store'));
  expect(removed.stdout).toBe(`removed ${image('a')}, 50.0 kB free\n`);
  expect(sha256(await readFile(join(b!.folder, 'sub/weights.bin')))).toBe(sha256(SHARED));
  await done('remove', image('b'), '--store', join(store.root, 'store'));
  expect(await contents(store)).toEqual([]);
  expect(await readdir(join(store.root, 'store', 'images'))).toEqual([]);
  const empty = await done('list', '--store', join(store.root, 'store'));
  expect(empty.stdout).toMatch(/^There are no models in /);
});

test('follows a tag that was moved, and leaves nothing of what it was', async () => {
  const store = kept('moved');
  putImage(registry, { tag: 'moving', layers: [tocLayer({ 'old.bin': OWN, 'same.bin': OTHER })] });
  await done('pull', image('moving'), ...store.args);
  putImage(registry, { tag: 'moving', layers: [tocLayer({ 'new.bin': noise(999, 7), 'same.bin': OTHER })] });
  await done('pull', image('moving'), ...store.args);
  const [model, ...others] = await listed(store);
  expect(others).toEqual([]);
  expect(model!.files.map(({ path }) => path)).toEqual(['new.bin', 'same.bin']);
  expect(await contents(store)).toHaveLength(2);
  expect(await readdir(join(store.root, 'store', 'images'))).toHaveLength(1);
});

test('a content that somebody changed is fetched anew', async () => {
  const store = kept('changed');
  putImage(registry, { tag: 'changed', layers: [tocLayer({ 'weights.bin': OWN })] });
  await done('pull', image('changed'), ...store.args);
  const [model] = await listed(store);
  await writeFile(join(model!.folder, 'weights.bin'), OTHER.subarray(0, OWN.length));
  putImage(registry, { tag: 'another', layers: [tocLayer({ 'copy.bin': OWN })] });
  await done('pull', image('another'), ...store.args);
  await done('pull', image('changed'), ...store.args);
  for (const { folder: at, files } of await listed(store)) {
    expect(sha256(await readFile(join(at, files[0]!.path)))).toBe(sha256(OWN));
  }
});

test('two processes may pull the same image at once', async () => {
  const store = kept('twice');
  putImage(registry, { tag: 'twice', layers: [tocLayer({ 'weights.bin': SHARED, 'a.json': OWN })] });
  const pull = ['pull', image('twice'), ...store.args];
  const outcomes = await Promise.all([aiAction(pull), aiAction(pull)]);
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
  const [model, ...others] = await listed(store);
  expect(others).toEqual([]);
  expect(sha256(await readFile(join(model!.folder, 'weights.bin')))).toBe(sha256(SHARED));
});

test('goes on after a process that was killed', async () => {
  const store = kept('killed');
  const slow = await startRegistryStandIn(({ headers }) => headers.range !== undefined && !isOpen);
  let isOpen = true;
  await using _slow = slow;
  putImage(slow, { tag: 'slow', layers: [tocLayer({ 'weights.bin': SHARED })] });
  const reference = `${slow.host}/owner/model:slow`;
  isOpen = false;
  const killed = startAiAction(['pull', reference, ...store.args]);
  while (!slow.seen.some(({ headers }) => headers.range !== undefined))
    await new Promise((next) => setTimeout(next, 20));
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(await readdir(join(store.root, 'store', 'images'))).not.toEqual([]);
  expect(await listed(store)).toMatchObject([{ reference, isWhole: false, files: [] }]);
  isOpen = true;
  await done('pull', reference, ...store.args);
  expect(sha256(await readFile(join((await listed(store))[0]!.folder, 'weights.bin')))).toBe(sha256(SHARED));
});

test('tells what it does not have', async () => {
  const { args, root } = kept('nothing');
  const missing = await runHere(['remove', image('none'), '--store', root]);
  expect(missing).toMatchObject({ code: 1, stdout: '' });
  expect(missing.stderr).toContain(`does not have ${image('none')}`);
  expect((await runHere(['remove', 'model', '--store', root])).code).toBe(2);
  expect((await runHere(['run', image('none'), ...args, '--llama-server', 'x'])).code).toBe(1);
});

test('runs llama.cpp’s server on a model, with what the image says and what the user says', async () => {
  const store = kept('run');
  const { metadata, tensors } = madeModel({ ...QWEN2, blocks: 1, vocabulary: 10, feedForward: 256 });
  const { header, dataSize } = ggufHeader(metadata, tensors);
  const gguf = Buffer.concat([header, Buffer.alloc(dataSize)]);
  const layer = tocLayer({ 'tiny.gguf': gguf, 'chat.jinja': Buffer.from('{}') });
  const rootfs = { type: 'layers', diff_ids: [layer.diffId] };
  const config = { Cmd: ['--chat-template-file', 'chat.jinja', '-c', '512'] };
  putImage(registry, {
    tag: 'run',
    layers: [layer],
    config: { os: 'linux', architecture: 'amd64', rootfs, config },
  });
  const program = join(store.root, 'llama server');
  await mkdir(store.root, { recursive: true });
  await writeFile(program, '#!/bin/sh\nprintf "%s\\n" "$@" > "$0.args"\nexit 3\n');
  await chmod(program, 0o755);
  const run = ['run', image('run'), ...store.args, '--llama-server', program];
  const dry = await done(...run, '--dry-run', '--', '--port', '9 9');
  expect(await readdir(join(store.root, 'store')).catch(() => [])).toEqual([]);
  const { code } = await runHere([...run, '--', '--port', '9 9']);
  expect(code).toBe(1);
  const [model] = await listed(store);
  const at = (path: string): string => join(model!.folder, path);
  const args = [
    '-m',
    at('tiny.gguf'),
    '--chat-template-file',
    at('chat.jinja'),
    '-c',
    '512',
    '--port',
    '9 9',
  ];
  expect((await readFile(`${program}.args`, 'utf8')).trimEnd().split('\n')).toEqual(args);
  expect(dry.stdout).toBe(`'${program}' ${args.slice(0, -1).join(' ')} '9 9'\n`);
  const container = await done(
    'run',
    image('run'),
    ...store.args,
    '--container',
    'llama:server',
    '--dry-run',
  );
  expect(container.stdout).toContain(
    `--mount type=bind,source=${model!.folder},target=/model,readonly llama:server`,
  );
  expect(container.stdout).toContain('-m /model/tiny.gguf --chat-template-file /model/chat.jinja -c 512');
});
