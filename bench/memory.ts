/**
 * Figure 7: what the Worker's own code holds and computes while blobs are pushed and read, one and 16 at once. Pushes are
 * as Docker's, one PATCH of unknown length, which is what costs the Worker most.
 *
 *     node bench/memory.ts [--gib 4] [--many-gib 0.25]
 */
import { createCipheriv, createHash, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { buildWorker } from '../src/workerd/bundle.ts';
import { startRuntime } from '../src/workerd/runtime.ts';
import { inspect, type Usage } from './support/isolate.ts';
import { rateOf } from './support/load.ts';
import { machine } from './support/machine.ts';
import { seconds, table } from './support/table.ts';
import { freePort, withWorkspace } from './support/workspace.ts';

const { values } = parseArgs({
  options: { gib: { type: 'string', default: '4' }, 'many-gib': { type: 'string', default: '0.25' } },
});
const MiB = 1024 ** 2;
const MANY = 16;
const piece = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16)).update(Buffer.alloc(MiB));

await withWorkspace(async (workspace) => {
  const inspectorPort = await freePort();
  const { url, close } = await startRuntime({
    bundle: await buildWorker(),
    host: '127.0.0.1',
    port: 0,
    storage: workspace.path('r2'),
    settings: { WRITE_ACCESS: 'open' },
    log: (line) => console.error(line),
    inspectorPort,
  });
  const isolate = await inspect(inspectorPort);
  const rows: string[][] = [];
  const measure = async (what: string, requests: number, work: () => Promise<void>): Promise<void> => {
    const start = performance.now();
    const usage = await isolate.usageDuring(work);
    rows.push([what, ...cells(usage, requests), seconds((performance.now() - start) / 1000)]);
    console.error(rows.at(-1)?.join(' | '));
  };
  try {
    const size = Math.round(Number(values.gib) * 1024) * MiB;
    const part = Math.round(Number(values['many-gib']) * 1024) * MiB;
    const base = `${url.origin}/v2/bench/blobs`;
    let blob = '';
    await measure(`push of ${values.gib} GiB`, 1, async () => {
      blob = `${base}/${await push(base, size)}`;
    });
    await measure(`${MANY} pushes of ${values['many-gib']} GiB`, MANY, () => atOnce(() => push(base, part)));
    await measure(`read of ${values.gib} GiB`, 1, () => read(blob, size));
    await measure(`${MANY} reads of ${values['many-gib']} GiB of it`, MANY, () =>
      atOnce(() => read(blob, part)),
    );
  } finally {
    isolate.close();
    await close();
  }
  console.log(
    `${machine()}\n\n${table(['', 'held at most', 'with garbage', 'CPU a request', 'wall'], rows)}`,
  );
});

function cells({ held, peak, cpu }: Usage, requests: number): string[] {
  return [megabytes(held), megabytes(peak), seconds(cpu / requests)];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

async function atOnce(run: () => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: MANY }, run));
}

/** @returns the digest */
async function push(base: string, size: number): Promise<string> {
  const started = await fetch(`${base}/uploads/`, { method: 'POST' });
  const hash = createHash('sha256');
  // Each upload is another one's from its first byte on.
  const first = Buffer.concat([Buffer.from(randomUUID()), piece]).subarray(0, MiB);
  function* body(): Generator<Buffer> {
    for (let at = 0; at < size; at += MiB) {
      const bytes = at === 0 ? first : piece;
      hash.update(bytes);
      yield bytes;
    }
  }
  const next = await patch(new URL(started.headers.get('location') ?? '', base), Readable.from(body()));
  const end = new URL(next, base);
  const digest = `sha256:${hash.digest('hex')}`;
  end.searchParams.set('digest', digest);
  const { status } = await fetch(end, { method: 'PUT' });
  if (status !== 201) throw new Error(`the push ended with ${status}`);
  return digest;
}

/** @returns where the upload goes on */
function patch(url: URL, body: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'PATCH' }, (response) => {
      response.resume();
      if (response.statusCode === 202) resolve(response.headers.location ?? '');
      else reject(new Error(`the PATCH was answered ${response.statusCode}`));
    }).on('error', reject);
    body.on('error', reject).pipe(sent);
  });
}

/** Reads so many first bytes. */
async function read(url: string, size: number): Promise<void> {
  const ask = () => ({ url, headers: { range: `bytes=0-${size - 1}` } });
  await rateOf({ count: 1, connections: 1, ask });
}
