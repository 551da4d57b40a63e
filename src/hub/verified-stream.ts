import { createHash, type Hash } from 'node:crypto';

import { UserError } from '../errors.ts';
import type { Oid, Source, SourceFile } from './source.ts';

const pieceBytes = 4 * 1024 * 1024;

/** Pieces asked for at once; with the one in the reader's hands this bounds the memory to 20 MiB. */
const inFlight = 4;

/** The hash that a file's oid is made with, fed with what comes before the content. */
export function oidHash({ oid, size }: SourceFile): Hash {
  return oid.startsWith('sha256:') ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

/** @throws UserError when the content is not what the source listed */
export function checkOid(file: SourceFile, hash: Hash): void {
  const algorithm = file.oid.slice(0, file.oid.indexOf(':'));
  const got = `${algorithm}:${hash.digest('hex')}` as Oid;
  if (got === file.oid) return;
  throw new UserError(`${JSON.stringify(file.path)}: the content is ${got}, expected ${file.oid}.`, {
    hint: 'It was damaged on its way, or changed while it was read. Nothing of it is used: run again.',
  });
}

/**
 * A file's content in order, in pieces of up to 4 MiB, four of them asked for at once. Every piece is a buffer of its
 * own. The last piece (so all of a file of 4 MiB or less) is given out only after the whole content matched the oid;
 * earlier ones are not verified when they are given out, so a reader must not take them for good before the end.
 * @throws UserError naming the file, the expected and the actual oid; whatever `source.read` throws
 */
export async function* verifiedStream(
  source: Source,
  file: SourceFile,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const ask = async (offset: number): Promise<Uint8Array<ArrayBuffer>> => {
    const piece = new Uint8Array(Math.min(pieceBytes, file.size - offset));
    await source.read(file, offset, piece, stopped);
    return piece;
  };
  const pieces: Promise<Uint8Array<ArrayBuffer>>[] = [];
  const hash = oidHash(file);
  let asked = 0;
  try {
    for (let given = 0; given < file.size;) {
      for (; asked < file.size && pieces.length < inFlight; asked += pieceBytes) {
        const piece = ask(asked);
        // It is awaited later, or never when an earlier one fails.
        piece.catch(() => undefined);
        pieces.push(piece);
      }
      const piece = (await pieces.shift())!;
      hash.update(piece);
      given += piece.length;
      if (given === file.size) checkOid(file, hash);
      yield piece;
    }
    if (file.size === 0) checkOid(file, hash);
  } finally {
    if (pieces.length > 0) stop.abort();
    await Promise.allSettled(pieces);
  }
}
