/** The threads that verify and write: as many as there are cores, more gain nothing. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { PackedPiece, Piece, ThreadReply, ThreadRequest, ThreadResults } from './thread-messages.ts';

export class Threads {
  readonly #threads: Thread[];

  constructor(count = Math.min(availableParallelism(), 4)) {
    this.#threads = Array.from({ length: count }, () => new Thread());
  }

  /** Verifies pieces and writes them. @returns the first that is not what its digest says */
  async place(slot: SharedArrayBuffer, pieces: readonly PackedPiece[]): Promise<PackedPiece | undefined> {
    return this.#idlest().ask({ type: 'place', slot, pieces });
  }

  /** Which pieces are in their files already. */
  async check(pieces: readonly Piece[]): Promise<boolean[]> {
    return this.#idlest().ask({ type: 'check', pieces });
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #idlest(): Thread {
    const [first, ...others] = this.#threads as [Thread, ...Thread[]];
    return others.reduce((idlest, thread) => (thread.load < idlest.load ? thread : idlest), first);
  }
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

class Thread {
  /** A thread answers in order: the first that waits is the one that is answered. */
  readonly #pending: Pending[] = [];
  #failure: Error | undefined;
  readonly #worker = new Worker(threadUrl(), {
    // It keeps next to nothing; by itself it would let tens of megabytes of garbage gather.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
    execArgv: [],
  });

  constructor() {
    this.#worker.on('message', (reply: ThreadReply) => {
      const pending = this.#pending.shift();
      if ('error' in reply) pending?.reject(Object.assign(reply.error, { code: reply.code }));
      else pending?.resolve(reply.result);
    });
    this.#worker.on('error', (error) => this.#fail(new Error('a thread broke', { cause: error })));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a thread ended with code ${code}`)));
  }

  /** Requests that are not answered yet. */
  get load(): number {
    return this.#pending.length;
  }

  async ask<R extends ThreadRequest>(request: R): Promise<ThreadResults[R['type']]> {
    if (this.#failure !== undefined) throw this.#failure;
    const { promise, resolve, reject } = Promise.withResolvers<ThreadResults[R['type']]>();
    this.#pending.push({ resolve: (result) => resolve(result as ThreadResults[R['type']]), reject });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(request);
    return promise;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const pending of this.#pending.splice(0)) pending.reject(this.#failure);
  }
}

/**
 * The thread's file lies beside this one under the same extension: `.ts` from the sources, `.js` compiled or beside a
 * bundle. The name is put together so that a bundler doesn't take it for an asset to copy.
 */
function threadUrl(): URL {
  const self = import.meta.url;
  return new URL(['./pull-thread', self.slice(self.lastIndexOf('.'))].join(''), self);
}
