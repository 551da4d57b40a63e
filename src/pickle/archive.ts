/** What is in a zip archive, by its central directory (APPNOTE.TXT 6.3.10, chapters 4.3 and 4.5.3). */
import { unpackBeginning } from './unpack.ts';
import { inMemory, slice, type RandomAccess } from './random-access.ts';

export interface ArchivedFile {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  /** Bytes in the archive. */
  packed: number;
  /** Bytes. */
  size: number;
  /** Of its local header. */
  offset: number;
}

/** Bytes of a central directory that are read: about 80,000 files. */
const MOST_DIRECTORY = 8 * 1024 * 1024;
/** Bytes of a compressed file that are unpacked. */
const MOST_PACKED = 2 * 1024 * 1024;

const END = 0x06054b50;
const END_BYTES = 22;
const MOST_COMMENT = 0xffff;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;

/** @returns undefined where it is no zip archive, or one that is too large to look into. */
export async function readArchive(file: RandomAccess): Promise<ArchivedFile[] | undefined> {
  const directory = await findDirectory(file);
  if (directory === undefined || directory.size > MOST_DIRECTORY) return undefined;
  if (directory.offset < 0 || directory.offset + directory.size > file.size) return undefined;
  const bytes = new Uint8Array(await file.read(directory.offset, directory.size));
  const view = new DataView(bytes.buffer);
  const files: ArchivedFile[] = [];
  for (let at = 0; at + ENTRY_BYTES <= bytes.length && view.getUint32(at, true) === ENTRY;) {
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    const end = at + ENTRY_BYTES + name + extra + comment;
    if (end > bytes.length) break;
    const entry = entryAt(bytes, at, { name, extra });
    files.push({ ...entry, offset: entry.offset + directory.moved });
    at = end;
  }
  return files;
}

/** The bytes of an archived file, of a compressed one its beginning. @returns undefined where they cannot be had */
export async function openArchived(
  file: RandomAccess,
  { method, packed, offset }: ArchivedFile,
): Promise<RandomAccess | undefined> {
  if (offset + LOCAL_BYTES > file.size) return undefined;
  const header = await file.read(offset, LOCAL_BYTES);
  const view = new DataView(header.buffer, header.byteOffset, LOCAL_BYTES);
  // Its own lengths: those of the directory may be others.
  const start = offset + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + packed > file.size) return undefined;
  if (method === 0) return slice(file, start, packed);
  if (method !== 8) return undefined;
  const bytes = new Uint8Array(await file.read(start, Math.min(packed, MOST_PACKED)));
  return inMemory(await unpackBeginning(bytes, 'deflate'));
}

interface Directory {
  offset: number;
  size: number;
  /** How far the archive lies from where it says: bytes that were put before it. */
  moved: number;
}

/** By the end record, which only a comment may follow. */
async function findDirectory(file: RandomAccess): Promise<Directory | undefined> {
  const length = Math.min(file.size, END_BYTES + MOST_COMMENT);
  const start = file.size - length;
  const tail = new Uint8Array(await file.read(start, length));
  const view = new DataView(tail.buffer);
  for (let at = length - END_BYTES; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== END || at + END_BYTES + view.getUint16(at + 20, true) > length) continue;
    const locator = at - 20;
    if (locator >= 0 && view.getUint32(locator, true) === END_64_LOCATOR) {
      return await findDirectory64(file, Number(view.getBigUint64(locator + 8, true)));
    }
    const size = view.getUint32(at + 12, true);
    const offset = start + at - size;
    return { size, offset, moved: offset - view.getUint32(at + 16, true) };
  }
  return undefined;
}

async function findDirectory64(file: RandomAccess, at: number): Promise<Directory | undefined> {
  if (at + 56 > file.size) return undefined;
  const bytes = new Uint8Array(await file.read(at, 56));
  const view = new DataView(bytes.buffer);
  if (view.getUint32(0, true) !== END_64) return undefined;
  const size = Number(view.getBigUint64(40, true));
  return { size, offset: Number(view.getBigUint64(48, true)), moved: 0 };
}

function entryAt(
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  lengths: { name: number; extra: number },
): ArchivedFile {
  const view = new DataView(bytes.buffer, at);
  const nameEnd = at + ENTRY_BYTES + lengths.name;
  const large = largeNumbers(bytes.subarray(nameEnd, nameEnd + lengths.extra));
  const field = (offset: number): number => {
    const value = view.getUint32(offset, true);
    return value === 0xffffffff ? (large.shift() ?? value) : value;
  };
  // In the order in which the extra field has those that are larger than 32 bits.
  const [size, packed, offset] = [field(24), field(20), field(42)];
  return {
    name: new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, nameEnd)),
    method: view.getUint16(10, true),
    size,
    packed,
    offset,
  };
}

/** The numbers of the extra field of zip64. */
function largeNumbers(extra: Uint8Array<ArrayBuffer>): number[] {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.length);
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    const end = Math.min(at + 4 + length, extra.length);
    if (id === 1) {
      const numbers: number[] = [];
      for (let part = at + 4; part + 8 <= end; part += 8) numbers.push(Number(view.getBigUint64(part, true)));
      return numbers;
    }
    at = end;
  }
  return [];
}
