import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { openLayerIndex, type LayerRecord } from '../../src/image/layer-index.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layer-index-'));
  path = join(folder, 'cache', 'layers.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

function record(overrides: Partial<LayerRecord> = {}): LayerRecord {
  return {
    key: 'a'.repeat(64),
    registry: 'localhost:5000',
    repository: 'owner/model',
    descriptor: {
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: `sha256:${'1'.repeat(64)}`,
      size: 42,
      annotations: { 'ai.depot.layer.key': 'a'.repeat(64) },
    },
    diffId: `sha256:${'2'.repeat(64)}`,
    ...overrides,
  };
}

describe('the layer index', () => {
  test('is empty before anything was written', async () => {
    const index = await openLayerIndex(path);
    expect(index.find('a'.repeat(64))).toEqual([]);
  });

  test('finds again, in another process, what was added', async () => {
    await (await openLayerIndex(path)).add(record());
    expect((await openLayerIndex(path)).find('a'.repeat(64))).toEqual([record()]);
  });

  test('keeps the latest record of each repository, newest first', async () => {
    const index = await openLayerIndex(path);
    await index.add(record());
    await index.add(record({ repository: 'owner/other' }));
    await index.add(record({ diffId: `sha256:${'3'.repeat(64)}` }));
    const expected = [record({ diffId: `sha256:${'3'.repeat(64)}` }), record({ repository: 'owner/other' })];
    expect(index.find('a'.repeat(64))).toEqual(expected);
    expect((await openLayerIndex(path)).find('a'.repeat(64))).toEqual(expected);
  });

  test('passes over a line that a kill tore, and appends after it', async () => {
    await (await openLayerIndex(path)).add(record());
    const whole = await readFile(path, 'utf8');
    await writeFile(path, whole + whole.slice(0, 100));
    const index = await openLayerIndex(path);
    expect(index.find('a'.repeat(64))).toHaveLength(1);
    await index.add(record({ key: 'b'.repeat(64) }));
    expect((await openLayerIndex(path)).find('b'.repeat(64))).toHaveLength(1);
  });

  test.each([
    ['another format', '{"key":"x"}\n'],
    ['a digest that is none', `${JSON.stringify(record({ diffId: 'sha256:1' }))}\n`],
    ['something else altogether', 'null\n[]\n7\n'],
  ])('passes over %s', async (_what, line) => {
    await (await openLayerIndex(path)).add(record());
    await appendFile(path, line);
    expect((await openLayerIndex(path)).find('a'.repeat(64))).toEqual([record()]);
  });

  test('is written anew, without what newer records replaced, once that is most of it', async () => {
    const old = Array.from({ length: 1200 }, (_, at) =>
      record({ descriptor: { ...record().descriptor, size: at } }),
    );
    const kept = [record({ key: 'b'.repeat(64) }), record({ repository: 'owner/other' }), record()];
    const index = await openLayerIndex(path);
    await index.add(record());
    await appendFile(path, [...old, ...kept].map((known) => `${JSON.stringify(known)}\n`).join(''));
    await appendFile(path, '{"torn":');
    await (await openLayerIndex(path)).add(record({ key: 'c'.repeat(64) }));
    expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(4);
    const compacted = await openLayerIndex(path);
    expect(compacted.find('a'.repeat(64))).toEqual([record(), record({ repository: 'owner/other' })]);
    expect(compacted.find('b'.repeat(64))).toHaveLength(1);
    expect(compacted.find('c'.repeat(64))).toHaveLength(1);
    expect(await readdir(dirname(path))).toEqual(['layers.jsonl']);
  });

  test('says so when the file cannot be read', async () => {
    await expect(openLayerIndex(folder)).rejects.toThrow(/EISDIR/);
  });
});
