/** What the main thread and a thread that verifies and writes say to each other. Descriptors are the process's own. */
import type { Digest } from '../oci/digest.ts';

/** A piece of a file, verified by itself; bytes. */
export interface Piece {
  /** The open file. */
  fd: number;
  /** In the file. */
  position: number;
  size: number;
  digest: Digest;
}

/** A piece in the gzip member that holds it. */
export interface PackedPiece extends Piece {
  /** The member, in the slot: bytes. */
  start: number;
  end: number;
}

export type ThreadRequest =
  /** Verifies pieces and writes each into its file; answered with the first that is not what its digest says. */
  | { type: 'place'; slot: SharedArrayBuffer; pieces: readonly PackedPiece[] }
  /** Answered with whether each piece is in its file already. */
  | { type: 'check'; pieces: readonly Piece[] };

export interface ThreadResults {
  place: PackedPiece | undefined;
  check: boolean[];
}

/** Requests are answered in their order. `code`: that of a system error, which is lost on the way otherwise. */
export type ThreadReply = { result: ThreadResults[ThreadRequest['type']] } | { error: Error; code?: string };
