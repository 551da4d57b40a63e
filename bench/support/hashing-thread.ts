/** One thread of hashing.ts: says when its pieces are in memory, waits, hashes them, says so. */
import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import type { Piece } from './hashing.ts';

const pieces = (workerData as readonly Piece[]).map(({ path, offset, length }) => {
  const bytes = Buffer.allocUnsafeSlow(length);
  const file = openSync(path, 'r');
  if (readSync(file, bytes, 0, length, offset) !== length) throw new Error(`${path} is too short`);
  closeSync(file);
  return bytes;
});

parentPort?.once('message', () => {
  // As a publisher has it: the file, the diffID and the blob as running hashes, each chunk by itself.
  const running = [createHash('sha256'), createHash('sha256'), createHash('sha256')];
  let crc = 0;
  for (const bytes of pieces) {
    for (const digest of running) digest.update(bytes);
    hash('sha256', bytes);
    crc = crc32(bytes, crc);
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(running.map((digest) => digest.digest('hex')));
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage('ready');
