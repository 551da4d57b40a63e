/**
 * Figure 6: reading from the registry. Blobs whole and in ranges of 64 KiB, and a manifest by its tag, beside a
 * Worker in another workerd that makes the same reads of R2 and does nothing else; the blobs beside CNCF distribution, too.
 *
 *     node bench/registry.ts [--rounds 3] [--scale 1]
 */
import { createCipheriv, createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Digest } from '../src/oci/digest.ts';
import { openRegistry } from '../src/registry/open-registry.ts';
import { buildWorker } from '../src/workerd/bundle.ts';
import { startRuntime, type Runtime } from '../src/workerd/runtime.ts';
import { startDistribution } from './support/distribution.ts';
import { rateOf, type Load, type Rate } from './support/load.ts';
import { machine } from './support/machine.ts';
import { median, ratio, table } from './support/table.ts';
import { withWorkspace, type Workspace } from './support/workspace.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, scale: { type: 'string', default: '1' } },
});
const SCALE = Number(values.scale);
const BLOB = 64 * 1024 * 1024;
const RANGE = 64 * 1024;
const BLOBS = 4;
const RANGE_CONNECTIONS = 16;
const TAG_CONNECTIONS = [1, 16, 128];
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const blobs = Array.from({ length: BLOBS }, (_, index) => someBytes(BLOB, index + 1));
const log = (line: string): void => console.error(line);
const digests = blobs.map(digestOf);
const config = Buffer.from('{}');
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: 'application/json', digest: digestOf(config), size: config.length },
    layers: digests.map((digest) => ({ mediaType: 'application/octet-stream', digest, size: BLOB })),
  }),
);

await withWorkspace(async (workspace) => {
  const ours = await startWorkerd(workspace, 'ours');
  const reads = await startWorkerd(workspace, 'reads', 'support/reads-worker.js');
  try {
    const distribution = await startDistribution(workspace);
    await Promise.all([push(ours.url.host), push(distribution.address)]);
    await fill(reads.url.origin);
    const bare = reads.url.origin;
    const others = [bare, `http://${distribution.address}`];
    const blobRows = [
      [
        'whole blobs, 1 connection',
        ...cells(await compare([ours.url.origin, ...others], wholeBlobs), megabytes),
      ],
      [
        '64 KiB ranges, 16 connections',
        ...cells(await compare([ours.url.origin, ...others], ranges), requests),
      ],
    ];
    console.log(`${machine()}; the median of ${values.rounds} rounds\n`);
    const head = ['', 'ai-action', 'reads of R2', 'of these', 'distribution', 'of it'];
    console.log(table(head, blobRows));
    const tagRows: string[][] = [];
    for (const connections of TAG_CONNECTIONS) {
      const rates = await compare([ours.url.origin, bare], (origin) => manifests(origin, connections));
      tagRows.push([`manifest by tag, ${connections} connections`, ...cells(rates, requests)]);
    }
    console.log(`\n${table(head.slice(0, 4), tagRows)}`);
  } finally {
    await Promise.all([ours.close(), reads.close()]);
  }
});

async function startWorkerd(workspace: Workspace, name: string, entry?: string): Promise<Runtime> {
  const bundle = await buildWorker(entry && `${import.meta.dirname}/${entry}`);
  const settings = { WRITE_ACCESS: 'open' };
  return startRuntime({ bundle, host: '127.0.0.1', port: 0, storage: workspace.path(name), settings, log });
}

async function push(host: string): Promise<void> {
  const registry = openRegistry({ host });
  const repository = registry.repository('bench');
  for (const bytes of [config, ...blobs]) await repository.putBlob(digestOf(bytes), bytes);
  await repository.putManifest('latest', manifest, MANIFEST);
  await registry.close();
}

/** Gives the Worker that does nothing else the same content. */
async function fill(origin: string): Promise<void> {
  for (const [n, body] of blobs.entries()) await fetch(blobUrl(origin, n), { method: 'PUT', body });
  await fetch(manifestUrl(origin), { method: 'PUT', body: manifest });
}

function wholeBlobs(origin: string): Load {
  const ask = (n: number) => ({ url: blobUrl(origin, n) });
  return { count: Math.ceil(8 * SCALE), connections: 1, ask };
}

function ranges(origin: string): Load {
  const ask = (n: number) => {
    // Steps that meet every part of every blob, and none twice in a row.
    const first = ((n * 7919) % (BLOB / RANGE)) * RANGE;
    return { url: blobUrl(origin, n), headers: { range: `bytes=${first}-${first + RANGE - 1}` } };
  };
  return { count: Math.ceil(2000 * SCALE), connections: RANGE_CONNECTIONS, ask };
}

function manifests(origin: string, connections: number): Load {
  const ask = () => ({ url: manifestUrl(origin), headers: { accept: MANIFEST } });
  return { count: Math.ceil(2000 * SCALE), connections, ask };
}

/** One after the other, round after round, after one that does not count. @returns the rate of each, in their order */
async function compare(origins: readonly string[], load: (origin: string) => Load): Promise<Rate[]> {
  const rates = origins.map((): Rate[] => []);
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const [index, origin] of origins.entries()) {
      const rate = await rateOf(load(origin));
      if (round > 0) rates[index]?.push(rate);
    }
  }
  return rates.map((all) => ({
    requests: median(all.map((rate) => rate.requests)),
    megabytes: median(all.map((rate) => rate.megabytes)),
  }));
}

/** Our rate, then each other one and ours as a part of it. */
function cells([ours, ...others]: Rate[], format: (rate: Rate) => string): string[] {
  if (ours === undefined) return [];
  return [format(ours), ...others.flatMap((rate) => [format(rate), ratio(ours.requests / rate.requests)])];
}

function requests(rate: Rate): string {
  return `${Math.round(rate.requests)}/s`;
}

function megabytes(rate: Rate): string {
  return `${Math.round(rate.megabytes)} MB/s`;
}

function manifestUrl(origin: string): string {
  return `${origin}/v2/bench/manifests/latest`;
}

function blobUrl(origin: string, n: number): string {
  return `${origin}/v2/bench/blobs/${digests[n % BLOBS]}`;
}

function someBytes(length: number, seed: number): Buffer {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(length));
}

function digestOf(bytes: Buffer): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
