import { inTime } from '../in-time.ts';

/** The client of a body has sent nothing for too long. */
export class Stalled extends Error {}

/** What workerd's reader of a byte stream can do. */
export interface PieceReader {
  readAtLeast(
    bytes: number,
    view: Uint8Array<ArrayBuffer>,
  ): Promise<{ value?: Uint8Array<ArrayBuffer> | undefined; done: boolean }>;
}

/** Small enough for a slow line to send in time. */
const LEAST = 64 * 1024;
/** Who stalls would keep others waiting for memory. */
const PATIENCE_S = 60;

/**
 * Reads 64 KiB or more, up to as many bytes as the memory has, and less at the body's end.
 * @param memory taken over: only what is read has it afterwards
 * @param patience seconds to wait for the bytes
 * @throws Stalled when they do not come; what the body throws
 */
export async function readPiece(
  reader: PieceReader,
  memory: Uint8Array<ArrayBuffer>,
  patience = PATIENCE_S,
): Promise<{ value?: Uint8Array<ArrayBuffer> | undefined; done: boolean }> {
  const reading = reader.readAtLeast(Math.min(LEAST, memory.length), memory);
  return inTime(reading, patience, () => new Stalled('the body stalled'));
}
