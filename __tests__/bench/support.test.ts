import { describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { parseAccessLog } from '../../bench/support/distribution.ts';
import { run } from '../../bench/support/measure.ts';
import { MIB, writeWeights } from '../../bench/support/model.ts';
import { startProxy } from '../../bench/support/proxy.ts';
import { shardedImage } from '../../bench/support/shards.ts';
import { startSparseRegistry } from '../../bench/support/sparse-registry.ts';
import { median, table } from '../../bench/support/table.ts';
import { parseFooter } from '../../src/estargz/footer.ts';

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the model to measure with', () => {
  test('repeats by its seed, is as old as the epoch and compresses as weights do', async () => {
    await inFolder(async (folder) => {
      await writeWeights(folder, [
        { path: 'a', size: 2 * MIB + 10, seed: 1 },
        { path: 'b', size: 2 * MIB + 10, seed: 1 },
      ]);
      const bytes = await readFile(join(folder, 'a'));
      expect(bytes).toHaveLength(2 * MIB + 10);
      expect(bytes.equals(await readFile(join(folder, 'b')))).toBe(true);
      expect((await stat(join(folder, 'a'))).mtimeMs).toBe(0);
      const left = gzipSync(bytes).length / bytes.length;
      expect(left).toBeGreaterThan(0.76);
      expect(left).toBeLessThan(0.81);
    });
  });
});

describe('measuring a command', () => {
  test('tells its time, its memory and what it printed', async () => {
    const script = 'Buffer.alloc(150e6, 1); while (process.cpuUsage().user < 0.5e6); console.log("done")';
    const result = await run(process.execPath, ['-e', script]);
    expect(result.stdout).toBe('done\n');
    expect(result.wall).toBeGreaterThan(0.3);
    expect(result.cpu).toBeGreaterThan(0);
    expect(result.rss).toBeGreaterThan(150e6);
  });

  test('fails with what a command that failed has printed', async () => {
    await expect(run(process.execPath, ['-e', 'console.error("no luck"); process.exit(3)'])).rejects.toThrow(
      /ended with 3:\nno luck/,
    );
  });
});

test('the proxy counts heads and bodies both ways', async () => {
  const server = createServer((_, response) => void response.end('x'.repeat(1000)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const proxy = await startProxy(`127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  const response = await fetch(`http://${proxy.address}/some/path`);
  expect(await response.text()).toHaveLength(1000);
  expect(proxy.received).toBeGreaterThan(1000);
  expect(proxy.received).toBeLessThan(1500);
  expect(proxy.sent).toBeGreaterThan('GET /some/path HTTP/1.1'.length);
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

test("a registry's access log is read among its other lines", () => {
  const log = [
    'time="2026-01-01" level=warning msg="no secret"',
    '127.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "HEAD /v2/a/b/blobs/sha256:12 HTTP/1.1" 404 157 "" "ai-action"',
  ];
  expect(parseAccessLog(log.join('\n'))).toEqual([
    { method: 'HEAD', path: '/v2/a/b/blobs/sha256:12', status: 404 },
  ]);
});

test('a sharded image has true ends, and nothing of the content that nobody may ask for', async () => {
  const image = await shardedImage({ 'config.json': '{}' }, 2, 5 * 1024 * MIB);
  const registry = await startSparseRegistry(image);
  const [digest, blob] = [...image.blobs].find(([, { size }]) => size > 5 * 1024 * MIB) ?? [];
  const url = `http://${registry.address}/v2/bench/shards/blobs/${digest}`;
  const footer = await fetch(url, { headers: { Range: 'bytes=-51' } });
  expect(footer.status).toBe(206);
  expect(parseFooter(await footer.bytes())).toBe(blob?.offset);
  const content = await fetch(url, { headers: { Range: 'bytes=100000-199999' } });
  expect(content.status).toBe(500);
  expect(registry.outside).toBe(100_000);
  await registry.close();
});

test('a table is Markdown, its numbers set to the right', () => {
  expect(table(['what', 'MB'], [['read', '12']])).toBe('| what | MB |\n| ---- | -: |\n| read | 12 |');
  expect(median([3, 1, 2])).toBe(2);
});
