/** A thread that takes chunks out of their gzip members, verifies them, and writes them where they belong. */
import { createHash, hash, type Hash } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

import { inflate, storedBlocks } from '../estargz/inflate.ts';
import { parseDigest } from '../oci/digest.ts';
import type { PackedPiece, Piece, ThreadReply, ThreadRequest, ThreadResults } from './thread-messages.ts';

if (parentPort === null) throw new Error('pull-thread.ts is a worker: it is started by threads.ts');
const port = parentPort;

/** What files are read back in. */
const buffer = new Uint8Array(2 ** 20);

/** Linux takes three times as long where megabytes are written in one call: it then looks for folios as large. */
const WRITE_SIZE = 128 * 2 ** 10;

let last: Promise<void> = Promise.resolve();
port.on('message', (request: ThreadRequest) => {
  last = answerAfter(last, request);
});

async function answerAfter(before: Promise<void>, request: ThreadRequest): Promise<void> {
  await before;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(await answer(request));
}

async function answer(request: ThreadRequest): Promise<ThreadReply> {
  try {
    return { result: await work(request) };
  } catch (error) {
    if (!Error.isError(error)) return { error: new Error(String(error)) };
    return { error, ...('code' in error ? { code: String(error.code) } : {}) };
  }
}

async function work(request: ThreadRequest): Promise<ThreadResults[ThreadRequest['type']]> {
  if (request.type === 'place') return place(new Uint8Array(request.slot), request.pieces);
  return request.pieces.map(isThere);
}

async function place(
  slot: Uint8Array<SharedArrayBuffer>,
  pieces: readonly PackedPiece[],
): Promise<PackedPiece | undefined> {
  for (const piece of pieces) {
    const content = await unpack(slot.subarray(piece.start, piece.end), piece.size);
    if (content === undefined || !isContent(content, piece)) return piece;
    for (let at = 0; at < content.length;) {
      at += writeSync(piece.fd, content, at, Math.min(WRITE_SIZE, content.length - at), piece.position + at);
    }
  }
  return undefined;
}

/** Stored bytes are pushed together where they are; undefined when the member cannot be read. */
async function unpack(member: Uint8Array<SharedArrayBuffer>, size: number): Promise<Uint8Array | undefined> {
  const blocks = storedBlocks(member, size);
  if (blocks !== undefined) {
    let at = 0;
    for (const { start, end } of blocks) {
      member.copyWithin(at, start, end);
      at += end - start;
    }
    return member.subarray(0, size);
  }
  const copy = new Uint8Array(member);
  const read = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> =>
    copy.subarray(offset, offset + length);
  try {
    return await inflate(read, { offset: 0, end: copy.length }, size);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isContent(content: Uint8Array, { digest }: Piece): boolean {
  const { algorithm, hex } = parseDigest(digest);
  return hash(algorithm, content) === hex;
}

function isThere({ fd, position, size, digest }: Piece): boolean {
  const { algorithm, hex } = parseDigest(digest);
  const found = createHash(algorithm);
  return readInto(found, fd, { from: position, to: position + size }) && found.digest('hex') === hex;
}

/** @returns false where the file ends before */
function readInto(target: Hash, fd: number, { from, to }: { from: number; to: number }): boolean {
  for (let at = from; at < to;) {
    const length = readSync(fd, buffer, 0, Math.min(buffer.length, to - at), at);
    if (length === 0) return false;
    target.update(buffer.subarray(0, length));
    at += length;
  }
  return true;
}
