/** The beginning of a gzip member's content, read from ranges of the layer. */
import { BLOCK_HEADER_SIZE, blocksSize, GZIP_HEADER } from './gzip.ts';

/** Gives exactly `length` bytes from `offset` on, or throws. */
export type ReadRange = (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>;

/** Bytes of the layer. */
interface Range {
  offset: number;
  end: number;
}

/** What a member is read in after the first range. */
const FURTHER_RANGE = 2 ** 20;

/**
 * The first `length` bytes of a member's content. One range is read as a rule: content takes about as much as it has
 * stored, and less compressed.
 * @throws RangeError when the member is broken or holds less.
 */
export async function inflate(
  read: ReadRange,
  member: Range,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const first = Math.min(member.end - member.offset, GZIP_HEADER.length + blocksSize(length));
  const bytes = await read(member.offset, first);
  const stored = fromStored(bytes, length);
  if (stored !== undefined) return stored;
  const content = new Uint8Array(length);
  let size = 0;
  for await (const piece of inflated(read, member, bytes)) {
    const taken = piece.subarray(0, length - size);
    content.set(taken, size);
    size += taken.length;
    if (size === length) return content;
  }
  throw new RangeError(`the gzip member at ${member.offset} holds ${size} bytes instead of ${length}`);
}

/** A member's whole content. @throws RangeError when it is broken or over `limit` bytes. */
export async function inflateAll(
  read: ReadRange,
  member: Range,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const first = await read(member.offset, Math.min(member.end - member.offset, FURTHER_RANGE));
  for await (const piece of inflated(read, member, first)) {
    size += piece.length;
    if (size > limit) throw new RangeError(`the gzip member at ${member.offset} holds over ${limit} bytes`);
    pieces.push(piece);
  }
  const content = new Uint8Array(size);
  for (const piece of pieces.toReversed()) content.set(piece, (size -= piece.length));
  return content;
}

function fromStored(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> | undefined {
  const blocks = storedBlocks(bytes, length);
  if (blocks === undefined) return undefined;
  const content = new Uint8Array(length);
  let size = 0;
  for (const { start, end } of blocks) {
    content.set(bytes.subarray(start, end), size);
    size += end - start;
  }
  return content;
}

/**
 * Where in a gzip member the first `length` bytes of its content stand, as they are; undefined when the member isn't
 * made of stored blocks, its header isn't the plain one, or it holds less. All in bytes.
 */
export function storedBlocks(
  bytes: Uint8Array,
  length: number,
): { start: number; end: number }[] | undefined {
  const [id1, id2, method, flags] = bytes;
  if (id1 !== 0x1f || id2 !== 0x8b || method !== 8 || flags !== 0) return undefined;
  const blocks: { start: number; end: number }[] = [];
  let [at, size] = [GZIP_HEADER.length, 0];
  while (size < length) {
    const [kind, low, high, notLow, notHigh] = bytes.subarray(at, at + BLOCK_HEADER_SIZE);
    if (notHigh === undefined || low === undefined || high === undefined) return undefined;
    // The bits after a stored block's three are padding.
    if (((kind ?? 0) & 6) !== 0 || (low ^ (notLow ?? 0)) !== 0xff || (high ^ notHigh) !== 0xff)
      return undefined;
    at += BLOCK_HEADER_SIZE;
    const taken = Math.min(low + high * 256, length - size);
    if (at + taken > bytes.length) return undefined;
    blocks.push({ start: at, end: at + taken });
    size += taken;
    at += low + high * 256;
    if (size < length && ((kind ?? 0) & 1) === 1) return undefined;
  }
  return blocks;
}

async function* inflated(
  read: ReadRange,
  { offset, end }: Range,
  first: Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array> {
  let at = offset;
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const bytes = at === offset ? first : await read(at, Math.min(end - at, FURTHER_RANGE));
        at += bytes.length;
        controller.enqueue(bytes);
        if (at === end) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const reader = compressed.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    throw new RangeError(`the gzip member at ${offset} cannot be read`, { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
