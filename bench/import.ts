/**
 * Figure 5: a blob of 1 GiB imported in one part, and in several as a larger one is, beside the plain copy of the same
 * bytes from the same place into R2 by a Worker in the same workerd that does nothing else.
 *
 *     node bench/import.ts [--rounds 3] [--scale 1]
 */
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ImportRecord } from '../worker/src/imports/record.ts';
import { buildWorker } from '../src/workerd/bundle.ts';
import { startRuntime } from '../src/workerd/runtime.ts';
import { machine } from './support/machine.ts';
import { median, percent, seconds, table } from './support/table.ts';
import { withWorkspace, type Workspace } from './support/workspace.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, scale: { type: 'string', default: '1' } },
});
const SIZE = Math.round(1024 ** 3 * Number(values.scale));
/** Of a blob that is more than one part. */
const PARTS = 4;
/** Each time costs the only thread that the import has, too. */
const POLL_MS = 200;
const log = (line: string): void => console.error(line);
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

await withWorkspace(async (workspace) => {
  const blob = someBytes(SIZE);
  const upstream = await serveImage(blob);
  const rounds: { copied: number; whole: number; parts: number }[] = [];
  for (let round = 1; round <= Number(values.rounds); round++) {
    const copied = await copySeconds(workspace, upstream);
    const whole = await importSeconds(workspace, upstream, SIZE);
    const parts = await importSeconds(workspace, upstream, Math.ceil(SIZE / PARTS));
    rounds.push({ copied, whole, parts });
    const imported = `import ${seconds(whole)}, in ${PARTS} parts ${seconds(parts)}`;
    console.error(`round ${round}: copy ${seconds(copied)}, ${imported}`);
  }
  upstream.server.close();
  const copied = median(rounds.map((round) => round.copied));
  const row = (name: string, wall: number): string[] => [
    name,
    seconds(wall),
    `${Math.round(SIZE / wall / 1e6)} MB/s`,
    percent(copied / wall),
  ];
  const rows = [
    row('plain copy into R2', copied),
    row('import', median(rounds.map(({ whole }) => whole))),
    row(`import in ${PARTS} parts`, median(rounds.map(({ parts }) => parts))),
  ];
  console.log(`${machine()}; the median of ${values.rounds} rounds\n`);
  console.log(table(['', 'wall', 'rate', 'of the copy'], rows));
});

interface Upstream {
  server: Server;
  host: string;
  /** Of the image. */
  digest: string;
  /** Where the blob is. */
  blobUrl: string;
}

/** A registry with one image of one layer, its bytes in memory. */
async function serveImage(blob: Buffer): Promise<Upstream> {
  const config = Buffer.from('{}');
  const [layerDigest, configDigest] = [blob, config].map(digestOf);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: 'application/json', digest: configDigest, size: config.length },
      layers: [{ mediaType: 'application/octet-stream', digest: layerDigest, size: blob.length }],
    }),
  );
  const digest = digestOf(manifest);
  const contents = new Map([
    [layerDigest, blob],
    [configDigest, config],
    [digest, manifest],
  ]);
  const server = createServer(({ url = '', headers }, response) => {
    const bytes = contents.get(url.slice(url.lastIndexOf('/') + 1)) ?? Buffer.alloc(0);
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const part = first === undefined ? bytes : bytes.subarray(Number(first), Number(last) + 1);
    response.writeHead(first === undefined ? 200 : 206, {
      'content-type': MANIFEST,
      'content-length': part.length,
      ...(first === undefined ? {} : { 'content-range': `bytes ${first}-${last}/${bytes.length}` }),
    });
    response.end(part);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, host, digest, blobUrl: `http://${host}/v2/a/blobs/${layerDigest}` };
}

async function copySeconds(workspace: Workspace, { blobUrl }: Upstream): Promise<number> {
  const entry = path.join(import.meta.dirname, 'support/copy-worker.js');
  return inWorkerd(workspace, { entry, settings: {} }, async (url) => {
    const response = await fetch(url, { method: 'POST', body: blobUrl });
    const { size } = (await response.json()) as { size: number };
    if (size !== SIZE) throw new Error(`${size} bytes were copied`);
  });
}

/** @param partSize bytes */
async function importSeconds(
  workspace: Workspace,
  { host, digest }: Upstream,
  partSize: number,
): Promise<number> {
  const settings = {
    IMPORT_PART_SIZE: String(partSize),
    WRITE_ACCESS: 'open',
    UPSTREAMS: JSON.stringify({ [host]: { kind: 'anonymous', http: true } }),
  };
  return inWorkerd(workspace, { settings }, async (url) => {
    const status = `${url}/v2/a/manifests/v1/_import`;
    const body = JSON.stringify({ registry: host, repository: 'a', digest });
    await (await fetch(status, { method: 'POST', body })).text();
    for (;;) {
      const record = (await (await fetch(status)).json()) as ImportRecord;
      if (record.state === 'done') return;
      if (record.state === 'failed') throw new Error(record.error?.message);
      await sleep(POLL_MS);
    }
  });
}

/** @returns the seconds that `run` takes, in a workerd that has started and has an empty R2 */
async function inWorkerd(
  workspace: Workspace,
  { entry, settings }: { entry?: string; settings: Record<string, string> },
  run: (url: string) => Promise<void>,
): Promise<number> {
  const bundle = await buildWorker(entry);
  const storage = workspace.path('r2');
  const runtime = await startRuntime({ bundle, host: '127.0.0.1', port: 0, storage, settings, log });
  try {
    const start = performance.now();
    await run(runtime.url.origin);
    return (performance.now() - start) / 1000;
  } finally {
    await runtime.close();
    await rm(storage, { recursive: true, force: true });
  }
}

function someBytes(length: number): Buffer {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(length));
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
