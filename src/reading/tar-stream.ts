/** Reads any tar archive as a stream: ustar, pax (POSIX.1-2001) and GNU's long names and sizes. */
import { decodeHeader, paddingAfter, TAR_BLOCK, type TarHeader } from '../estargz/tar.ts';

export interface TarEntry {
  /** As it stands in the archive. */
  name: string;
  type: 'reg' | 'dir' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo';
  /** Bytes of content. */
  size: number;
  mode: number;
  linkName: string;
  /** Of a regular file; what is not taken of it is skipped. */
  content: AsyncIterable<Uint8Array>;
}

const TYPES: Readonly<Record<string, TarEntry['type']>> = {
  '\0': 'reg',
  '0': 'reg',
  '7': 'reg',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'dir',
  '6': 'fifo',
};

/** A stream of which parts need not be read. */
export interface SkippableStream extends AsyncIterable<Uint8Array> {
  /** Leaves out bytes behind what was read last. @throws RangeError where there are less */
  skip?: (bytes: number) => void;
}

/** Extended headers are kept in memory. Bytes. */
const MAX_EXTENDED = 2 ** 20;

/**
 * The archive's entries. The stream is read to its end, unless what nobody takes of it can be skipped.
 * @throws RangeError when it is no tar archive, or ends early
 */
export async function* tarEntries(stream: SkippableStream): AsyncGenerator<TarEntry> {
  const source = new Blocks(stream);
  const global = new Map<string, string>();
  let own = new Map<string, string>();
  while (!(await source.isAtEnd())) {
    const block = await source.take(TAR_BLOCK);
    if (block.every((byte) => byte === 0)) break;
    const header = decodeHeader(block);
    if (EXTENSIONS.has(header.type)) {
      const bytes = await extension(source, header.size);
      if (header.type === 'g') for (const [key, value] of paxRecords(bytes)) global.set(key, value);
      else if (header.type === 'x') for (const [key, value] of paxRecords(bytes)) own.set(key, value);
      else own.set(header.type === 'L' ? 'path' : 'linkpath', cString(bytes));
      continue;
    }
    const entry = entryOf(header, new Map([...global, ...own]));
    own = new Map();
    const content = contentOf(source, entry.type === 'reg' ? entry.size : 0);
    yield { ...entry, content: content.pieces };
    await content.skip();
  }
  // Behind the end of the archive there may be anything: it still counts for the layer's digest.
  await source.drain();
}

/** `x` and `g` are pax, `L` and `K` GNU tar's long name and long link. */
const EXTENSIONS = new Set(['x', 'g', 'L', 'K']);

async function extension(source: Blocks, size: number): Promise<Uint8Array> {
  if (size > MAX_EXTENDED)
    throw new RangeError(`a header of ${size} bytes is over the limit of ${MAX_EXTENDED}`);
  const bytes = await source.take(size + paddingAfter(size));
  return bytes.subarray(0, size);
}

/** An entry's content, of which the reader may take as much as he likes. */
function contentOf(
  source: Blocks,
  size: number,
): { pieces: AsyncIterable<Uint8Array>; skip(): Promise<void> } {
  let taken = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of source.content(size)) {
      taken += piece.length;
      yield piece;
    }
  }
  return {
    pieces: { [Symbol.asyncIterator]: pieces },
    async skip() {
      await source.skip(size - taken + paddingAfter(size));
    },
  };
}

/** A pax record's value takes the place of a header's field (pax, "Extended Header Keywords"). */
function entryOf(header: TarHeader, records: ReadonlyMap<string, string>): Omit<TarEntry, 'content'> {
  const type = TYPES[header.type];
  const name = records.get('path') ?? header.name;
  if (type === undefined) throw new RangeError(`"${name}" has the type flag "${header.type}"`);
  const size = records.has('size') ? Number(records.get('size')) : header.size;
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`"${name}" has the size ${size}`);
  // Before there were directories, a slash made one.
  const isFolder = type === 'reg' && name.endsWith('/');
  const linkName = records.get('linkpath') ?? header.linkName;
  return { name, type: isFolder ? 'dir' : type, size, mode: header.mode, linkName };
}

/** `<length> <key>=<value>\n` each, the length in bytes and counting itself. */
function paxRecords(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(decoder.decode(bytes.subarray(at, Math.max(at, space))));
    const record = decoder.decode(bytes.subarray(space + 1, at + length));
    const equals = record.indexOf('=');
    if (!(length > 0) || at + length > bytes.length || equals < 0 || !record.endsWith('\n')) {
      throw new RangeError('a pax header cannot be read');
    }
    records.set(record.slice(0, equals), record.slice(equals + 1, -1));
    at += length;
  }
  return records;
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Takes a stream apart at places of one's own. */
class Blocks {
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #skip: SkippableStream['skip'];
  #rest: Uint8Array = new Uint8Array();

  constructor(stream: SkippableStream) {
    this.#skip = stream.skip;
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  async isAtEnd(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#more());
  }

  /** @throws RangeError where there are less */
  async take(length: number): Promise<Uint8Array> {
    const taken = new Uint8Array(length);
    let at = 0;
    for await (const piece of this.content(length)) {
      taken.set(piece, at);
      at += piece.length;
    }
    return taken;
  }

  /** The next `length` bytes in the pieces that they come in. @throws RangeError where there are less */
  async *content(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      if (await this.isAtEnd()) throw new RangeError('the tar archive is cut off');
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** @throws RangeError where there are less */
  async skip(length: number): Promise<void> {
    const known = Math.min(length, this.#rest.length);
    if (this.#skip === undefined) {
      for await (const _ of this.content(length));
      return;
    }
    this.#rest = this.#rest.subarray(known);
    this.#skip(length - known);
  }

  async drain(): Promise<void> {
    if (this.#skip === undefined) while (await this.#more());
  }

  /** The next piece that has something in it. */
  async #more(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#pieces.next();
      this.#rest = done === true ? new Uint8Array() : value;
      if (done === true || value.length > 0) return done !== true;
    }
  }
}
