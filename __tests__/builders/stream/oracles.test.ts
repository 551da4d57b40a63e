/** Layers as programs read them that we did not write: containerd's eStargz reader, Go, GNU tar, Python. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { openBudget } from '../../../src/builders/stream/budget.ts';
import { streamLayer } from '../../../src/builders/stream/stream-layer.ts';
import { noise, sha256, type Content } from '../../support/layer-bytes.ts';
import { filesOf, memorySource, memoryUploads } from '../../support/stream-fakes.ts';

const run = promisify(execFile);
const MIB = 2 ** 20;
const ORACLE = join(import.meta.dirname, '../../support/estargz-oracle');

const LONG = `${'long folder/'.repeat(20)}${'n'.repeat(200)}`;
const LAYERS: Record<string, Content> = {
  'one large file': { 'model.safetensors': noise(13 * MIB + 7) },
  'small files': {
    'README.md': Buffer.from('# A model\n'),
    'Readme.md': Buffer.from('# Another\n'),
    'config.json': noise(571, 2),
    'empty.txt': Buffer.alloc(0),
    'onnx/model.bin': noise(70_000, 3),
    'onnx/empty/空.txt': Buffer.alloc(0),
    '模型/重み 🤗.bin': noise(65_535, 4),
    [`${'x'.repeat(99)}/y`]: noise(512, 6),
    [LONG]: noise(513, 5),
    'z/empty': Buffer.alloc(0),
  },
  'empty files only': { a: Buffer.alloc(0), 'b/c': Buffer.alloc(0) },
};

function has(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0;
}

const requireAll = Boolean(process.env['AI_ACTION_REQUIRE_SERVICES']);
const withGo = requireAll || has('go', 'version') ? describe : describe.skip;
const withTar = requireAll || has('tar', '--version') ? describe : describe.skip;
const withPython = requireAll || has('python3', '--version') ? describe : describe.skip;

let folder = '';
const tocs = new Map<string, string>();

const layerFile = (name: string): string => join(folder, `${name.replaceAll(' ', '-')}.tar.gz`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-action-oracles-'));
  const budget = openBudget();
  for (const [name, content] of Object.entries(LAYERS)) {
    const { uploads, start } = memoryUploads();
    const { descriptor } = await streamLayer({
      source: memorySource(content),
      files: filesOf(content),
      upload: start,
      budget,
      signal: new AbortController().signal,
    });
    await writeFile(layerFile(name), Buffer.concat(uploads[0]?.written ?? []));
    tocs.set(name, descriptor.annotations?.['containerd.io/snapshot/stargz/toc.digest'] ?? '');
  }
  await budget.close();
});

afterAll(() => rm(folder, { recursive: true }));

/** SHA-256 of each file below a folder, in hex. */
async function filesBelow(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashed = files.map(
    async (file) => [file.slice(root.length + 1), hexOf(await readFile(file))] as const,
  );
  return Object.fromEntries(await Promise.all(hashed));
}

function hexOf(bytes: Uint8Array): string {
  return sha256(bytes).slice('sha256:'.length);
}

function hashesOf(content: Content): Record<string, string> {
  return Object.fromEntries(Object.entries(content).map(([path, bytes]) => [path, hexOf(bytes)]));
}

withGo("containerd's eStargz reader", () => {
  beforeAll(async () => {
    await run('go', ['build', '-buildvcs=false', '-o', join(folder, 'oracle'), '.'], { cwd: ORACLE });
  }, 300_000);

  test.each(Object.entries(LAYERS))('opens and verifies a layer of %s', async (name, content) => {
    const { stdout } = await run(join(folder, 'oracle'), [layerFile(name), tocs.get(name) ?? '']);
    const found = Object.entries(
      JSON.parse(stdout) as Record<string, { sha256: string; mode: string; mtime: number }>,
    );
    const files = found.filter(([path]) => !path.endsWith('/'));
    expect(Object.fromEntries(files.map(([path, file]) => [path, file.sha256]))).toEqual(hashesOf(content));
    expect(new Set(files.map(([, { mode, mtime }]) => `${mode} ${mtime}`))).toEqual(
      new Set(['-rw-r--r-- 0']),
    );
    const folders = found
      .filter(([path]) => path.endsWith('/'))
      .map(([, { mode, mtime }]) => `${mode} ${mtime}`);
    expect(folders.every((folderMode) => folderMode === 'drwxr-xr-x 0')).toBe(true);
  });

  test('refuses it where the TOC is not the one of the manifest', async () => {
    const wrong = run(join(folder, 'oracle'), [layerFile('small files'), sha256('')]);
    await expect(wrong).rejects.toThrow('invalid TOC JSON');
  });
});

withTar('GNU tar', () => {
  test.each(Object.entries(LAYERS))('unpacks a layer of %s, and no TOC', async (name, content) => {
    const target = join(folder, `tar ${name}`);
    await mkdir(target);
    const { stderr } = await run('tar', ['xzf', layerFile(name), '-C', target]);
    expect(stderr).toBe('');
    expect(await filesBelow(target)).toEqual(hashesOf(content));
  });

  test('lists modes, owners and times that are the same everywhere', async () => {
    const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' };
    const { stdout } = await run('tar', ['tzvf', layerFile('empty files only')], { env });
    expect(stdout.replaceAll(/ +/g, ' ').trim().split('\n')).toEqual([
      '-rw-r--r-- 0/0 0 1970-01-01 00:00 a',
      'drwxr-xr-x 0/0 0 1970-01-01 00:00 b/',
      '-rw-r--r-- 0/0 0 1970-01-01 00:00 b/c',
    ]);
  });
});

withPython("Python's tarfile", () => {
  const PROGRAM = `
import hashlib, json, sys, tarfile
with tarfile.open(sys.argv[1]) as layer:
    print(json.dumps({m.name: hashlib.sha256(layer.extractfile(m).read()).hexdigest() for m in layer if m.isfile()}))
`;

  test.each(Object.entries(LAYERS))('reads a layer of %s, and no TOC', async (name, content) => {
    const { stdout } = await run('python3', ['-c', PROGRAM, layerFile(name)]);
    expect(JSON.parse(stdout)).toEqual(hashesOf(content));
  });
});
