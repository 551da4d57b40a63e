/** Reads a GGUF header from its beginning on, in growing pieces, and never more of the file than a header may take. */
import type { FileRanges } from './file-ranges.ts';
import type { ScalarType } from './gguf-types.ts';

/** The most that a header may take, in bytes: that of a vocabulary of a million tokens stays below. */
export const MAX_HEADER_SIZE = 64 * 2 ** 20;
/** Bytes of the first piece; each further one is twice as long, up to the last number. */
const FIRST_PIECE = 64 * 2 ** 10;
const LARGEST_PIECE = 4 * 2 ** 20;
/** Bytes of a text that are kept. */
const MAX_TEXT = 64 * 2 ** 10;

const SCALAR_SIZE: Record<ScalarType, number> = {
  uint8: 1,
  int8: 1,
  bool: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  uint64: 8,
  int64: 8,
  float64: 8,
};

export class GgufCursor {
  /** Where the next byte lies in the file. */
  offset = 0;
  isLittleEndian = true;
  /** Bytes of a length or count: 4 in version 1. */
  sizeBytes: 4 | 8 = 8;
  readonly #file: FileRanges;
  /** The piece that was read last, and where it begins in the file. */
  #piece: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(0));
  #pieceAt = 0;
  #nextPiece = FIRST_PIECE;

  constructor(file: FileRanges) {
    this.#file = file;
  }

  async u32(): Promise<number> {
    return (await this.#take(4)).getUint32(0, this.isLittleEndian);
  }

  /** @throws RangeError beyond 2^53 */
  async u64(): Promise<number> {
    return this.#exactU64(await this.#take(8));
  }

  /** A length or a count. */
  size(): Promise<number> {
    return this.sizeBytes === 4 ? this.u32() : this.u64();
  }

  scalarSize(type: ScalarType): number {
    return SCALAR_SIZE[type];
  }

  async scalar(type: ScalarType): Promise<number | bigint | boolean> {
    const view = await this.#take(SCALAR_SIZE[type]);
    const isLittle = this.isLittleEndian;
    const read: Record<ScalarType, () => number | bigint | boolean> = {
      uint8: () => view.getUint8(0),
      int8: () => view.getInt8(0),
      bool: () => view.getUint8(0) !== 0,
      uint16: () => view.getUint16(0, isLittle),
      int16: () => view.getInt16(0, isLittle),
      uint32: () => view.getUint32(0, isLittle),
      int32: () => view.getInt32(0, isLittle),
      float32: () => view.getFloat32(0, isLittle),
      uint64: () => exact(view.getBigUint64(0, isLittle)),
      int64: () => exact(view.getBigInt64(0, isLittle)),
      float64: () => view.getFloat64(0, isLittle),
    };
    return read[type]();
  }

  /** @param what it is, for the error where it has more than `most` bytes */
  async text(most: number, what: string): Promise<string> {
    const length = await this.size();
    if (length > most)
      throw new RangeError(`${what} is said to have ${length} bytes, over the limit of ${most}`);
    return decode(await this.#take(length));
  }

  /** Of a long text, its beginning. */
  async cutText(): Promise<string> {
    const length = await this.size();
    this.claim(length, 'a text');
    const text = decode(await this.#take(Math.min(length, MAX_TEXT)));
    this.skip(length - Math.min(length, MAX_TEXT));
    return text;
  }

  /** A vocabulary has hundreds of thousands: only what is not there yet is waited for. */
  async skipTexts(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const view = this.#has(this.sizeBytes) ? this.#next(this.sizeBytes) : await this.#take(this.sizeBytes);
      const length = this.sizeBytes === 4 ? view.getUint32(0, this.isLittleEndian) : this.#exactU64(view);
      this.claim(length, 'a text');
      this.skip(length);
    }
  }

  /** @throws RangeError where so many more bytes are not there, or too many for a header. */
  claim(bytes: number, what: string): void {
    const end = this.offset + bytes;
    if (end > this.#file.size) {
      const left = this.#file.size - this.offset;
      throw new RangeError(
        `its header says that ${shorten(what)} takes ${bytes} bytes, the file has ${left} more`,
      );
    }
    if (end > MAX_HEADER_SIZE) {
      throw new RangeError(`its header takes more than ${MAX_HEADER_SIZE} bytes`);
    }
  }

  /** Goes on behind bytes that nobody reads. */
  skip(bytes: number): void {
    this.offset += bytes;
  }

  async #take(length: number): Promise<DataView<ArrayBuffer>> {
    if (!this.#has(length)) {
      this.claim(length, 'the next value');
      await this.#readPiece(length);
    }
    return this.#next(length);
  }

  #has(length: number): boolean {
    return this.offset - this.#pieceAt + length <= this.#piece.byteLength;
  }

  #next(length: number): DataView<ArrayBuffer> {
    const at = this.#piece.byteOffset + this.offset - this.#pieceAt;
    this.offset += length;
    return new DataView(this.#piece.buffer, at, length);
  }

  #exactU64(view: DataView): number {
    const number = Number(view.getBigUint64(0, this.isLittleEndian));
    if (!Number.isSafeInteger(number)) throw new RangeError(`its header has the impossible number ${number}`);
    return number;
  }

  async #readPiece(least: number): Promise<void> {
    const most = Math.min(this.#file.size, MAX_HEADER_SIZE) - this.offset;
    const bytes = await this.#file.read(this.offset, Math.min(Math.max(least, this.#nextPiece), most));
    this.#piece = new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
    this.#pieceAt = this.offset;
    this.#nextPiece = Math.min(2 * this.#nextPiece, LARGEST_PIECE);
  }
}

function exact(number: bigint): number | bigint {
  return Number.isSafeInteger(Number(number)) ? Number(number) : number;
}

function decode(view: DataView<ArrayBuffer>): string {
  return new TextDecoder().decode(view);
}

function shorten(text: string): string {
  return JSON.stringify(text.length <= 100 ? text : `${text.slice(0, 99)}…`);
}
