/**
 * Figure 7: what the Worker's own code holds and computes while blobs are pushed and read, one and 16 at once. Pushes are
 * as Docker's, one PATCH of unknown length, which is what costs the Worker most. The 16 are broken off after a while.
 *
 *     node bench/memory.ts [--gib 4] [--many-seconds 75]
 */
import { createCipheriv, createHash, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { buildWorker } from '../src/workerd/bundle.ts';
import { startRuntime } from '../src/workerd/runtime.ts';
import { inspect, type Usage } from './support/isolate.ts';
import { machine } from './support/machine.ts';
import { seconds, table } from './support/table.ts';
import { freePort, withWorkspace } from './support/workspace.ts';

const { values } = parseArgs({
  options: { gib: { type: 'string', default: '4' }, 'many-seconds': { type: 'string', default: '75' } },
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
  const size = Math.round(Number(values.gib) * 1024) * MiB;
  /** @param work gives how many bytes it moved */
  const measure = async (what: string, work: (count: Count) => Promise<unknown>): Promise<void> => {
    const start = performance.now();
    let moved = 0;
    const usage = await isolate.usageDuring(async () => void (await work((bytes) => (moved += bytes))));
    rows.push([what, ...cells(usage, size / moved), seconds((performance.now() - start) / 1000)]);
    console.error(rows.at(-1)?.join(' | '));
  };
  try {
    const base = `${url.origin}/v2/bench/blobs`;
    await measure(`push of ${values.gib} GiB`, (count) => push(base, { size, count }));
    await measure(`${MANY} pushes of ${values.gib} GiB`, (count) =>
      atOnce((signal) => push(base, { size, count, signal })),
    );
    // Of a known length it becomes one object: those of many parts, the simulator of R2 gives at 65 MB/s, one at a time.
    const headers = { 'content-length': String(size) };
    const blob = `${base}/${await push(base, { size, headers })}`;
    await measure(`read of ${values.gib} GiB`, (count) => read(blob, { count }));
    await measure(`${MANY} reads of ${values.gib} GiB`, (count) =>
      atOnce((signal) => read(blob, { count, signal })),
    );
    // As one whose connection broke asks: the Worker hands on whole blobs as they are, and ranges in pieces of its own.
    const rest = { range: 'bytes=1-' };
    await measure(`${MANY} reads of all but a byte`, (count) =>
      atOnce((signal) => read(blob, { count, signal, headers: rest })),
    );
  } finally {
    isolate.close();
    await close();
  }
  console.log(`${machine()}\n\n${table(['', 'held at most', 'with garbage', 'CPU a blob', 'wall'], rows)}`);
});

type Count = (bytes: number) => void;

interface Moving {
  /** Is told of each piece. */
  count?: Count;
  /** Breaks it off. */
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** @param times what was moved makes a whole blob */
function cells({ held, peak, cpu }: Usage, times: number): string[] {
  return [megabytes(held), megabytes(peak), seconds(cpu * times)];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

async function atOnce(run: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const signal = AbortSignal.timeout(Number(values['many-seconds']) * 1000);
  const untilThen = async (): Promise<void> => {
    await run(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  };
  await Promise.all(Array.from({ length: MANY }, untilThen));
}

/** @returns the digest */
async function push(base: string, { size, ...moving }: Moving & { size: number }): Promise<string> {
  const started = await fetch(`${base}/uploads/`, { method: 'POST' });
  const hash = createHash('sha256');
  // Each upload is another one's from its first byte on.
  const first = Buffer.concat([Buffer.from(randomUUID()), piece]).subarray(0, MiB);
  function* body(): Generator<Buffer> {
    for (let at = 0; at < size; at += MiB) {
      const bytes = at === 0 ? first : piece;
      hash.update(bytes);
      moving.count?.(MiB);
      yield bytes;
    }
  }
  const next = await patch(new URL(started.headers.get('location') ?? '', base), body(), moving);
  const end = new URL(next, base);
  const digest = `sha256:${hash.digest('hex')}`;
  end.searchParams.set('digest', digest);
  const { status } = await fetch(end, { method: 'PUT' });
  if (status !== 201) throw new Error(`the push ended with ${status}`);
  return digest;
}

/** @returns where the upload goes on */
function patch(url: URL, body: Iterable<Buffer>, { signal, headers }: Moving): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { method: 'PATCH', agent: false, ...(signal && { signal }), ...(headers && { headers }) };
    const sent = request(url, options, (response) => {
      response.resume();
      if (response.statusCode === 202) resolve(response.headers.location ?? '');
      else reject(new Error(`the PATCH was answered ${response.statusCode}`));
    }).on('error', reject);
    Readable.from(body).on('error', reject).pipe(sent);
  });
}

function read(url: string, { count, signal, headers }: Moving): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, ...(signal && { signal }), ...(headers && { headers }) };
    const sent = request(url, options, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode !== 200 && statusCode !== 206) reject(new Error(`the read was answered ${statusCode}`));
      response.on('data', (bytes: Buffer) => count?.(bytes.length)).on('error', reject);
      response.on('end', resolve);
    });
    sent.on('error', reject).end();
  });
}
