import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * A thread that hashes one file after the other: a core each for the shards of a large model, and for very many small
 * files the synchronous calls, which are ten times as fast as the others.
 */
export interface HashThread {
  /** The SHA-256 of a file's content, as hex. One call at a time. */
  sha256: (path: string, signal?: AbortSignal) => Promise<string>;
  close: () => Promise<void>;
}

/** Given as text, so that the bundle needs no second file for it. */
const program = `
const { createHash } = require('node:crypto');
const { closeSync, openSync, readSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');

const buffer = Buffer.allocUnsafeSlow(4 * 1024 * 1024);
parentPort.on('message', (path) => {
  const file = openSync(path);
  try {
    const hash = createHash('sha256');
    for (let length; (length = readSync(file, buffer)) > 0; ) hash.update(buffer.subarray(0, length));
    parentPort.postMessage(hash.digest('hex'));
  } finally {
    closeSync(file);
  }
});
`;

export function openHashThread(): HashThread {
  const worker = new Worker(program, { eval: true });
  return {
    async sha256(path, signal) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(path);
      try {
        const [hash] = (await once(worker, 'message', signal && { signal })) as [string];
        return hash;
      } catch (error) {
        // What a thread fails with ends it, and arrives as something that is no error to `Error.isError`.
        const { message, code } = error as NodeJS.ErrnoException;
        throw Object.assign(new Error(message, { cause: error }), { code });
      }
    },
    async close() {
      await worker.terminate();
    },
  };
}
