import type { BigIntStats } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { openCachedHashes, openCachedLayers } from '../../src/commands/cache.ts';
import type { LayerRecord } from '../../src/image/layer-index.ts';
import { openProgress, type Progress } from '../../src/report/progress.ts';
import { temporaryFolder } from '../support/temporary.ts';

function heard(): Progress & { lines: string[] } {
  const lines: string[] = [];
  return { ...openProgress({ write: (text: string) => lines.push(text) }), lines };
}

const RECORD: LayerRecord = {
  key: 'a'.repeat(64),
  registry: 'localhost:5000',
  repository: 'owner/model',
  descriptor: { mediaType: 'layer', digest: `sha256:${'1'.repeat(64)}`, size: 1, annotations: {} },
  diffId: `sha256:${'2'.repeat(64)}`,
};

const OLD_FILE = { size: 3n, mtimeNs: 5n, ctimeNs: 1n, ino: 7n } as BigIntStats;

describe('a cache directory', () => {
  test.each([
    ['is a file', 'file'],
    ['is below a file', 'file/below'],
    ['has a folder in the place of the index', 'odd'],
  ])('that %s is said before anything is done', async (_what, name) => {
    await using work = await temporaryFolder();
    await writeFile(join(work.path, 'file'), '');
    await mkdir(join(work.path, 'odd', 'layers.jsonl'), { recursive: true });
    const folder = join(work.path, name);
    await expect(openCachedLayers(folder, undefined, heard())).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining(`The cache directory ${folder} cannot be used: `),
      hint: expect.stringContaining('--cache'),
    });
  });

  // Linux has it, where Node's own recursive mkdir never ends.
  test('that cannot be made in /proc is said, too', async () => {
    await expect(openCachedHashes('/proc/ai-action/cache', heard())).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining('The cache directory /proc/ai-action/cache cannot be used: '),
    });
  });

  test('that cannot be written to later on costs time, not the model, and is told of once', async () => {
    await using work = await temporaryFolder();
    const folder = join(work.path, 'cache');
    const progress = heard();
    const index = await openCachedLayers(folder, undefined, progress);
    const hashes = await openCachedHashes(folder, progress);
    await rm(folder, { recursive: true });
    await writeFile(folder, '');
    await index.add(RECORD);
    await index.add({ ...RECORD, key: 'b'.repeat(64) });
    expect(index.find(RECORD.key)).toEqual([RECORD]);
    hashes.set('/model/file', OLD_FILE, { sha256: 'c'.repeat(64), readAt: Date.now() });
    await hashes.save();
    expect(progress.lines).toEqual([
      expect.stringMatching(/^warning: The next run may make layers again.*: E/),
      expect.stringMatching(/^warning: The next run will read the files of folders again.*: E/),
    ]);
  });
});
