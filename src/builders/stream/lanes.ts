/** The pool of hash threads that all layers share: as many as there are cores, more gain nothing. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LaneReply, LaneRequest, LaneResults, LaneWork, Role } from './lane-messages.ts';

/** One half of a layer's hashing, on some thread. */
export interface LaneJob<R extends Role> {
  /** Slots are taken in the order of the calls; the slot is not touched any more once this resolves or rejects. */
  slot(slot: SharedArrayBuffer, work: LaneWork[R]): Promise<LaneResults[R]>;
  /** The digest, in hex. */
  finish(): Promise<string>;
  /** Frees what the thread keeps for the job; after `finish` it does nothing. */
  drop(): void;
}

/** Of a layer. */
const HALVES = 2;

export class Lanes {
  readonly #most: number;
  #lanes: Lane[] = [];

  constructor(most = availableParallelism()) {
    this.#most = Math.max(1, most);
  }

  /** Starts the threads that the halves of a layer will find: a thread takes as long to start as an upload does. */
  prepare(): void {
    const idle = this.#lanes.filter(({ load, failure }) => load === 0 && failure === undefined).length;
    const more = Math.min(HALVES - idle, this.#most - this.#lanes.length);
    for (let started = 0; started < more; started += 1) this.#lanes.push(new Lane());
  }

  /** Gives one half of a layer to the thread that has the least to do. */
  begin<R extends Role>(role: R): LaneJob<R> {
    this.#lanes = this.#lanes.filter((lane) => lane.failure === undefined);
    let lane = this.#lanes.toSorted((a, b) => a.load - b.load)[0];
    if (lane === undefined || (lane.load > 0 && this.#lanes.length < this.#most)) {
      lane = new Lane();
      this.#lanes.push(lane);
    }
    return lane.begin(role);
  }

  /** Ends the threads; what is still asked of them fails. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

let lastJob = 0;

class Lane {
  /** Halves of layers, which weigh about the same. */
  load = 0;
  /** Why the thread is no more. */
  failure: Error | undefined;
  readonly #worker = new Worker(laneUrl(), {
    // It keeps next to nothing; by itself it would let tens of megabytes of garbage gather.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
    // What the process was started with (`--eval`, `--inspect`) is not for its threads.
    execArgv: [],
  });
  /** A thread answers in order: the first that waits is the one that is answered. */
  readonly #pending: Pending[] = [];

  constructor() {
    this.#worker.on('message', (reply: LaneReply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#fail(new Error('a hash thread broke', { cause: error })));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a hash thread ended with code ${code}`)));
    // Only a thread that is waited for keeps the process alive.
    this.#worker.unref();
  }

  begin<R extends Role>(role: R): LaneJob<R> {
    const job = ++lastJob;
    this.load += 1;
    this.#post({ type: 'begin', job, role });
    let open = true;
    const drop = (): void => {
      if (!open) return;
      open = false;
      this.load -= 1;
      this.#post({ type: 'drop', job });
    };
    return {
      slot: (slot, work) => this.#ask({ type: 'slot', job, slot, work }),
      finish: async () => {
        const digest = await this.#ask<string>({ type: 'finish', job });
        drop();
        return digest;
      },
      drop,
    };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask<Result>(request: LaneRequest): Promise<Result> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#pending.push({ resolve: (result) => resolve(result as Result), reject });
    this.#worker.ref();
    this.#post(request);
    return promise;
  }

  #post(request: LaneRequest): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(request);
  }

  #settle(reply: LaneReply): void {
    const pending = this.#pending.shift();
    if (this.#pending.length === 0) this.#worker.unref();
    if ('error' in reply) pending?.reject(reply.error);
    else pending?.resolve(reply.result);
  }

  #fail(error: Error): void {
    this.failure ??= error;
    for (const pending of this.#pending.splice(0)) pending.reject(this.failure);
  }
}

/**
 * The thread's file lies beside this one under the same extension: `.ts` from the sources, `.js` compiled or beside a
 * bundle. The name is put together so that a bundler doesn't take it for an asset to copy.
 */
function laneUrl(): URL {
  const self = import.meta.url;
  return new URL(['./lane', self.slice(self.lastIndexOf('.'))].join(''), self);
}
