/** Looks into the Worker's own isolate, apart from those that play R2 beside it, over workerd's inspector. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Usage {
  /** Bytes that it held at most, in JavaScript's heap and in buffers. */
  held: number;
  /** The same with what nothing refers to any more, and was not collected yet. */
  peak: number;
  /** Seconds in which it ran. */
  cpu: number;
}

interface HeapUsage {
  usedSize: number;
  embedderHeapUsedSize: number;
  backingStorageSize: number;
}

type Call = (method: string, params?: object) => Promise<unknown>;

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string } }[];
  samples: number[];
}

const ISOLATE = 'core:user:registry';
/** Milliseconds between two looks at the heap. */
const LOOK_MS = 20;
/** Of so many looks, one comes after garbage was collected. */
const LOOKS = 25;
/** Microseconds between two samples of what runs. */
const SAMPLE_US = 1000;

export interface Isolate {
  /** What the isolate uses while `work` runs. */
  usageDuring(work: () => Promise<void>): Promise<Usage>;
  close(): void;
}

/** @param port of workerd's inspector, which takes no second session soon after a first */
export async function inspect(port: number): Promise<Isolate> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${ISOLATE}`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('the inspector did not answer'));
  });
  const call = caller(socket);
  await call('Profiler.enable');
  await call('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  return {
    usageDuring: (work) => usageDuring(call, work),
    close: () => socket.close(),
  };
}

async function usageDuring(call: Call, work: () => Promise<void>): Promise<Usage> {
  await collectGarbage(call);
  await call('Profiler.start');
  const over = new AbortController();
  const looking = look(call, over.signal);
  await work().finally(() => over.abort());
  const memory = await looking;
  const { profile } = (await call('Profiler.stop')) as { profile: CpuProfile };
  return { ...memory, cpu: secondsOf(profile) };
}

async function look(call: Call, over: AbortSignal): Promise<Pick<Usage, 'held' | 'peak'>> {
  const bytes = async (): Promise<number> => {
    const heap = (await call('Runtime.getHeapUsage')) as HeapUsage;
    return heap.usedSize + heap.embedderHeapUsedSize + heap.backingStorageSize;
  };
  let [held, peak] = [0, 0];
  for (let looks = 1; !over.aborted; looks++) {
    peak = Math.max(peak, await bytes());
    if (looks % LOOKS === 0) {
      await collectGarbage(call);
      held = Math.max(held, await bytes());
    }
    await sleep(LOOK_MS);
  }
  return { held, peak };
}

/** A snapshot does it first; workerd does not answer to what is meant for it. */
async function collectGarbage(call: Call): Promise<void> {
  await call('HeapProfiler.takeHeapSnapshot');
}

/** Samples are taken only while the isolate has the thread, so that they count and the time between them does not. */
function secondsOf({ nodes, samples }: CpuProfile): number {
  const idle = new Set(nodes.filter((node) => node.callFrame.functionName === '(idle)').map(({ id }) => id));
  return (samples.filter((id) => !idle.has(id)).length * SAMPLE_US) / 1e6;
}

/** Of the Chrome DevTools protocol. */
function caller(socket: WebSocket): Call {
  let last = 0;
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  socket.onmessage = ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as {
      id?: number;
      result?: unknown;
      error?: { message: string };
    };
    const asked = waiting.get(id ?? 0);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error.message));
  };
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
}
