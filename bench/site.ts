/**
 * Figure 8: the site and its API. Server time and bytes of each page, with 10 models in the list and with 10,000; a
 * model's pages are those of one with 40 files in two layers.
 *
 *     node bench/site.ts [--rounds 30]
 */
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { layerBytes } from '../__tests__/support/layer-bytes.ts';
import { madeUpModels, startListedRegistry } from '../__tests__/support/listed-registry.ts';
import { pushModel } from '../__tests__/support/model-images.ts';
import { safetensorsBytes } from '../__tests__/support/safetensors.ts';
import { startRegistry } from '../__tests__/support/worker.ts';
import { machine } from './support/machine.ts';
import { median, table } from './support/table.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '30' } } });
const ROUNDS = Number(values.rounds);
const COUNTS = [10, 10_000];
const LIST_PATHS = [
  '/',
  '/?q=bert',
  '/?q=stabel-difusion&format=safetensors',
  '/?sort=size&page=7',
  '/api/models',
  '/api/models?q=bert',
];
const MODEL_PATHS = [
  '/acme/bert',
  '/acme/bert/compare/v1...latest',
  '/api/models/acme/bert',
  '/acme/bert/-/files/latest/config.json',
];
const HEAD = ['', 'first', 'then', 'bytes', 'gzip', 'with style and script'];

interface Answer {
  /** Milliseconds until its end. */
  time: number;
  body: Buffer;
}

console.log(`${machine()}; the median of ${ROUNDS} requests, one after the other\n`);
for (const count of COUNTS) {
  await using registry = await startListedRegistry(madeUpModels(count));
  console.log(`${count} models\n\n${table(HEAD, await rowsOf(registry.url, LIST_PATHS))}\n`);
}
const registry = await startRegistry();
try {
  await pushBert(registry);
  console.log(`A model\n\n${table(HEAD, await rowsOf(registry.url, MODEL_PATHS))}`);
} finally {
  await registry.stop();
}

async function pushBert(at: { url: string }): Promise<void> {
  const tensors = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [
      `encoder.layer.${n}.weight`,
      { dtype: 'U8', shape: [1], data_offsets: [n, n + 1] },
    ]),
  );
  const weights = { 'model.safetensors': safetensorsBytes(tensors, 200) };
  const small = Object.fromEntries(
    Array.from({ length: 38 }, (_, n) => [`folder/file-${n}.json`, Buffer.from(`{"n":${n}}`)]),
  );
  const card = Buffer.from(`# A model\n\n${'It does *what* it does. '.repeat(300)}`);
  for (const tag of ['v1', 'latest']) {
    const rest = { ...small, 'README.md': card, 'config.json': Buffer.from(JSON.stringify({ tag })) };
    await pushModel(at, 'acme/bert', [weights, rest], { tag, pack: layerBytes });
  }
}

async function rowsOf(origin: string, paths: readonly string[]): Promise<string[][]> {
  const rows: string[][] = [];
  for (const path of paths) {
    const first = await get(origin + path);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push((await get(origin + path)).time);
    const assets = await assetsOf(origin, first.body.toString());
    rows.push([
      `\`${path}\``,
      milliseconds(first.time),
      milliseconds(median(times)),
      kilobytes(first.body.length),
      kilobytes(gzipped(first.body)),
      assets === 0 ? '' : kilobytes(gzipped(first.body) + assets),
    ]);
  }
  return rows;
}

/** Bytes, compressed, of what a page loads besides itself. */
async function assetsOf(origin: string, page: string): Promise<number> {
  let bytes = 0;
  const addresses = page.matchAll(/<(?:link rel="stylesheet" href|script[^>]*? src)="(\/[^"]+)"/g);
  for (const [, address] of addresses) bytes += gzipped((await get(`${origin}${address}`)).body);
  return bytes;
}

async function get(url: string): Promise<Answer> {
  const start = performance.now();
  const response = await fetch(url);
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${body.toString()}`);
  return { time: performance.now() - start, body };
}

function gzipped(bytes: Buffer): number {
  return gzipSync(bytes).length;
}

function milliseconds(time: number): string {
  return `${time.toFixed(1)} ms`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
