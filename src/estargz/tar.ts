/**
 * Tar entries as POSIX.1-2001 (pax) defines them: a ustar header of 512 bytes, preceded by a pax extended header
 * where ustar cannot say it: a path that is not ASCII or over 100 bytes, a size of 8 GiB or more. Only path, size
 * and type vary: files are 0644, directories 0755, everything belongs to 0:0 and is of the epoch.
 */
import { utf8Length } from './paths.ts';

export const TAR_BLOCK = 512;
/** Two blocks of zeros. */
export const END_OF_ARCHIVE = 2 * TAR_BLOCK;

const NAME_SIZE = 100;
const MAX_OCTAL_SIZE = 0o77777777777;
const ASCII = /^[\x20-\x7e]*$/;
const CHECKSUM_AT = 148;
const encoder = new TextEncoder();

export interface TarEntry {
  /** A directory's ends in a slash. */
  path: string;
  type: 'file' | 'directory';
  /** Bytes of content. */
  size: number;
}

/** Zeros after content of this many bytes, up to the next block. */
export function paddingAfter(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

/** Bytes that `encodeHeader` gives for the entry. */
export function headerSize(entry: TarEntry): number {
  const records = needsPax(entry) ? utf8Length(paxRecords(entry)) : 0;
  return TAR_BLOCK + (records === 0 ? 0 : TAR_BLOCK + records + paddingAfter(records));
}

/** The entry's header blocks, everything that comes before its content. */
export function encodeHeader(entry: TarEntry): Uint8Array<ArrayBuffer> {
  const type = entry.type === 'file' ? '0' : '5';
  const mode = entry.type === 'file' ? 0o644 : 0o755;
  if (!needsPax(entry)) return ustar({ name: entry.path, size: entry.size, type, mode });

  const records = encoder.encode(paxRecords(entry));
  const header = new Uint8Array(headerSize(entry));
  header.set(ustar({ name: '././@PaxHeader', size: records.length, type: 'x', mode: 0o644 }));
  header.set(records, TAR_BLOCK);
  const size = entry.size > MAX_OCTAL_SIZE ? 0 : entry.size;
  header.set(ustar({ name: asciiName(entry), size, type, mode }), header.length - TAR_BLOCK);
  return header;
}

function needsPax({ path, size }: TarEntry): boolean {
  return path.length > NAME_SIZE || size > MAX_OCTAL_SIZE || !ASCII.test(path);
}

/** `<length> <key>=<value>\n` each, where the length counts itself (pax, "Extended Header"). */
function paxRecords({ path, size }: TarEntry): string {
  const named = path.length > NAME_SIZE || !ASCII.test(path);
  return (named ? paxRecord('path', path) : '') + (size > MAX_OCTAL_SIZE ? paxRecord('size', `${size}`) : '');
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = utf8Length(rest);
  let digits = `${length}`.length;
  if (`${length + digits}`.length > digits) digits++;
  return `${length + digits}${rest}`;
}

/** What a reader that knows no pax sees: as much of the path as ustar can say. */
function asciiName({ path, type }: TarEntry): string {
  let name = '';
  for (const character of path) {
    if (name.length >= NAME_SIZE) break;
    name += ASCII.test(character) ? character : '_'.repeat(utf8Length(character));
  }
  name = name.slice(0, NAME_SIZE);
  return type === 'file' && name.endsWith('/') ? name.slice(0, -1) : name;
}

function ustar(fields: { name: string; size: number; type: string; mode: number }): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(TAR_BLOCK);
  const put = (at: number, text: string): void => void encoder.encodeInto(text, block.subarray(at));
  put(0, fields.name);
  put(100, octal(fields.mode, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(fields.size, 11));
  put(136, octal(0, 11));
  put(CHECKSUM_AT, '        ');
  put(156, fields.type);
  put(257, 'ustar\x0000');
  put(329, octal(0, 7));
  put(337, octal(0, 7));
  put(CHECKSUM_AT, `${octal(checksum(block), 6)}\0 `);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** The sum of the block's bytes, with the checksum's own field counted as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 0;
  for (const [at, byte] of block.entries()) {
    sum += at >= CHECKSUM_AT && at < CHECKSUM_AT + 8 ? 0x20 : byte;
  }
  return sum;
}

export interface TarHeader {
  /** With ustar's prefix before it. */
  name: string;
  /** Bytes of content. */
  size: number;
  /** The type flag. */
  type: string;
  mode: number;
  linkName: string;
}

/**
 * Reads one header block; pax and GNU extensions that other blocks hold are the caller's.
 * @throws RangeError when the block is no tar header.
 */
export function decodeHeader(block: Uint8Array): TarHeader {
  if (block.length < TAR_BLOCK) throw new RangeError('the tar header is cut off');
  if (numberField(block, CHECKSUM_AT, 8) !== checksum(block.subarray(0, TAR_BLOCK))) {
    throw new RangeError('the tar header has a wrong checksum');
  }
  const name = textField(block, 0, NAME_SIZE);
  // GNU tar's own format has other things there, and another version.
  const prefix =
    textField(block, 257, 8) === 'ustar' && block[263] === 0x30 ? textField(block, 345, 155) : '';
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: numberField(block, 124, 12),
    type: String.fromCharCode(block[156] ?? 0),
    mode: textField(block, 100, 8).trim() === '' ? 0 : numberField(block, 100, 8),
    linkName: textField(block, 157, NAME_SIZE),
  };
}

function textField(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** In octal digits; or, as GNU tar has it, in binary behind a byte of 0x80. */
function numberField(block: Uint8Array, at: number, length: number): number {
  if (block[at] === 0x80) {
    const value = block.subarray(at + 1, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw new RangeError('the tar header has a number that is too large');
    return value;
  }
  const digits = textField(block, at, length).trim();
  if (!/^[0-7]+$/.test(digits))
    throw new RangeError(`the tar header has a field "${digits}" that is not octal`);
  return Number.parseInt(digits, 8);
}
