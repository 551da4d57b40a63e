/** Finds pickles in files by what is in them: bare, in zip archives (torch, numpy), in arrays of objects, compressed. */
import { openArchived, readArchive, type ArchivedFile } from './archive.ts';
import { followPickle, type FollowedPickle } from './follow.ts';
import { judgeImport, type Judgement } from './known-imports.ts';
import { objectArrayStart } from './numpy.ts';
import { inMemory, TooMuchError, windowed, type RandomAccess } from './random-access.ts';
import { unpackBeginning } from './unpack.ts';

/** A pickle, or several one after the other, as one file or as one file of an archive. */
export interface FoundPickle {
  /** The path in the archive. */
  inside?: string;
  /** The worst of what it imports. */
  judgement: Judgement;
  /** What it imports that is not harmless, each once: `module.name`. */
  imports: readonly string[];
  /** What could not be found out, in words. */
  unclear?: string;
}

/** Bytes of one file that are read at most, whatever its size. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Bytes of a compressed file that are unpacked. */
const MOST_PACKED = 1024 * 1024;
/** Files of an archive that are looked into. */
const MOST_ARCHIVED = 200;
/** Pickles that are followed one after the other: torch's old format has five. */
const MOST_PICKLES = 64;
/** Opcodes after which something that breaks off was a pickle all the same: bytes by chance do not come so far. */
const TELLING = 8;

const ZIP = 'PK\u0003\u0004';
const NUMPY = '\u0093NUMPY';

/** @returns a finding for each pickle; none where the file has none. */
export async function findPickles(file: RandomAccess): Promise<FoundPickle[]> {
  const bounded = windowed(file, MOST_BYTES);
  if (!(await startsWith(bounded, ZIP))) {
    const found = await inspectContent(bounded);
    return found === undefined ? [] : [found];
  }
  const files = await readArchive(bounded).catch(untilTooMuch);
  if (files === undefined) return [unclear('an archive that is too large or damaged to be looked into')];
  return await inspectArchive(bounded, files);
}

async function inspectArchive(archive: RandomAccess, files: readonly ArchivedFile[]): Promise<FoundPickle[]> {
  const names = new Set(files.map(({ name }) => name));
  const content = files.filter(({ name, size }) => size > 0 && !isTensor(name, names));
  const found: FoundPickle[] = [];
  for (const file of content.slice(0, MOST_ARCHIVED)) {
    const opened = await openArchived(archive, file).catch(untilTooMuch);
    const pickle =
      opened === undefined
        ? mayBePickle(file.name)
          ? unclear('it could not be unpacked')
          : undefined
        : await inspectContent(opened);
    if (pickle !== undefined) found.push({ inside: file.name, ...pickle });
  }
  if (content.length > MOST_ARCHIVED) {
    found.push(unclear(`only ${MOST_ARCHIVED} of its ${content.length} files were looked into`));
  }
  return found;
}

/** The bytes of tensors in torch's archives, which nothing takes for a pickle: `archive/data/0` beside `archive/data.pkl`. */
function isTensor(name: string, names: ReadonlySet<string>): boolean {
  const [, archive] = /^(.*)\/data\/\d+$/.exec(name) ?? [];
  return archive !== undefined && names.has(`${archive}/data.pkl`);
}

function mayBePickle(name: string): boolean {
  return /\.(?:pkl|pickle|npy|joblib|pt|pth|bin|ckpt)$/.test(name);
}

async function inspectContent(file: RandomAccess): Promise<FoundPickle | undefined> {
  try {
    if (await startsWith(file, NUMPY)) {
      const start = await objectArrayStart(file);
      return start === undefined ? undefined : await inspectPickles(file, start);
    }
    const packing = await packingOf(file);
    if (packing === undefined) return await inspectPickles(file, 0);
    if (packing !== 'zlib' && packing !== 'gzip') return unclear(`it is compressed with ${packing}`);
    const beginning = await file.read(0, Math.min(file.size, MOST_PACKED));
    return await inspectPickles(inMemory(await unpackBeginning(beginning, packing)), 0);
  } catch (error) {
    if (error instanceof TooMuchError) return unclear('more of the file would have to be read to tell');
    throw error;
  }
}

async function inspectPickles(file: RandomAccess, start: number): Promise<FoundPickle | undefined> {
  const first = await followPickle(file, start);
  if (!(await isPickle(file, start, first))) return undefined;
  const imports = new Set(first.imports);
  let last = first;
  for (let number = 1; last.end === 'stop' && number < MOST_PICKLES; number += 1) {
    if (!(await hasProtocol(file, last.next))) break;
    const next = await followPickle(file, last.next);
    // The bytes of tensors follow the pickles of torch's old format.
    if (next.end === 'broken' && next.length < TELLING) break;
    for (const name of next.imports) imports.add(name);
    last = next;
  }
  return judged(imports, last.end);
}

/** Whether bytes that can be read as a pickle's opcodes are meant so. */
async function isPickle(file: RandomAccess, start: number, pickle: FollowedPickle): Promise<boolean> {
  const { end, length, imports, calls } = pickle;
  // Protocols 0 and 1 have no mark at their beginning: there only one that does something counts.
  if (!(await hasProtocol(file, start))) return end === 'long' || (imports.size > 0 && calls);
  return end === 'stop' || end === 'long' || imports.size > 0 || length >= TELLING;
}

async function hasProtocol(file: RandomAccess, at: number): Promise<boolean> {
  if (at + 2 > file.size) return false;
  const [opcode, protocol = 0] = await file.read(at, 2);
  return opcode === 0x80 && protocol <= 5;
}

const UNCLEAR_ENDS: Partial<Record<FollowedPickle['end'], string>> = {
  broken: 'it could not be followed to its end',
  cut: 'it ends before its end',
  long: 'it is too long to be followed to its end',
};

function judged(imports: ReadonlySet<string | undefined>, end: FollowedPickle['end']): FoundPickle {
  const judgements = new Set([...imports].map(judgeImport));
  const ending = UNCLEAR_ENDS[end];
  const worst = judgements.has('dangerous')
    ? 'dangerous'
    : judgements.has('unknown') || ending !== undefined
      ? 'unknown'
      : 'harmless';
  const reasons = [
    ...(imports.has(undefined) ? ['what it imports is computed while it is loaded'] : []),
    ...(ending === undefined ? [] : [ending]),
  ];
  return {
    judgement: worst,
    imports: [...imports]
      .filter((name) => name !== undefined)
      .filter((name) => judgeImport(name) !== 'harmless'),
    ...(reasons.length === 0 ? {} : { unclear: reasons.join('; ') }),
  };
}

function unclear(reason: string): FoundPickle {
  return { judgement: 'unknown', imports: [], unclear: reason };
}

/** What joblib compresses with, each by the bytes that it begins with; zlib (RFC 1950) has a checksum instead. */
const PACKINGS = { gzip: '\u001f\u008b', xz: '\u00fd7zXZ\0', bzip2: 'BZh', lz4: '\u0004"M\u0018' } as const;

async function packingOf(file: RandomAccess): Promise<keyof typeof PACKINGS | 'zlib' | undefined> {
  for (const packing of ['gzip', 'xz', 'bzip2', 'lz4'] as const) {
    if (await startsWith(file, PACKINGS[packing])) return packing;
  }
  if (file.size < 2) return undefined;
  const [first = 0, second = 0] = await file.read(0, 2);
  return first === 0x78 && (first * 256 + second) % 31 === 0 ? 'zlib' : undefined;
}

async function startsWith(file: RandomAccess, magic: string): Promise<boolean> {
  if (file.size < magic.length) return false;
  const bytes = await file.read(0, magic.length);
  return bytes.every((byte, at) => byte === magic.charCodeAt(at));
}

function untilTooMuch(error: unknown): undefined {
  if (!(error instanceof TooMuchError)) throw error;
  return undefined;
}
