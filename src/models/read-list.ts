/** Reads a list from its file: everything that can be known of it without asking a hub or a registry. */
import type { Stats } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, UsageError } from '../errors.ts';
import { MAX_TEXT } from './document.ts';
import {
  type Entry,
  type FolderEntry,
  hasPrompt,
  MAX_PROMPT,
  type PromptEntry,
  promptFile,
  sourceFolder,
} from './entry.ts';
import { parseList, type ParsedList, problemsIn } from './parse.ts';
import type { Problem } from './problem.ts';
import { wholeEntries } from './variants.ts';

export interface ReadList extends ParsedList {
  /** The list as it was read; empty where it is not text. */
  text: string;
}

/**
 * @param models the list's path.
 * @throws UsageError where there is no list to read. What is wrong in the list is in the result.
 */
export async function readList(models: string): Promise<ReadList> {
  const bytes = await readBytes(models);
  const text = decode(bytes);
  if (text === undefined) return { text: '', entries: [], problems: [notText(models, bytes)] };
  const parsed = parseList(text, models);
  const missing = await fileMistakes(parsed.entries, models);
  if (missing.length === 0) return { text, ...parsed };
  const wrong = new Set(missing.map(({ entry: { position } }) => position));
  const problems = [...parsed.problems, ...problemsIn(text, models, missing)];
  return {
    text,
    entries: parsed.entries.filter(({ position }) => !wrong.has(position)),
    problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

/** A character has at most three bytes of UTF-8 for each of its UTF-16 units. */
const MAX_BYTES = 3 * MAX_TEXT;

async function readBytes(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    if (size > MAX_BYTES) {
      throw new UsageError(`the list ${file} has ${size} bytes, more than ${MAX_BYTES}`, {
        hint: 'split it into several lists',
      });
    }
    return await handle.readFile();
  } catch (cause) {
    throw explainUnreadable(file, cause);
  }
}

function explainUnreadable(file: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const hint = 'name the list with --models, or write one: models/models.yaml is an example';
    return new UsageError(`there is no list at ${file}`, { hint, cause });
  }
  if (code === 'EISDIR') {
    return new UsageError(`${file} is a folder`, {
      hint: `name the list in it: ${path.join(file, 'models.yaml')}`,
      cause,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new UsageError(`the list ${file} cannot be read`, {
      hint: 'give yourself the right to read it',
      cause,
    });
  }
  return cause;
}

function decode(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (codeOf(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    return undefined;
  }
}

/** Points at the first byte that is not of a text in UTF-8. */
function notText(file: string, bytes: Buffer): Problem {
  const text = bytes.toString('utf8').replaceAll('\0', '\uFFFD');
  const lines = text.slice(0, text.indexOf('\uFFFD')).split('\n');
  return {
    file,
    line: lines.length,
    column: (lines.at(-1) ?? '').length + 1,
    length: 1,
    message: 'the list is not a text in UTF-8',
    hint: 'save it as UTF-8',
    excerpt: '',
  };
}

interface FileMistake {
  entry: Entry;
  key: string;
  text: string;
}

async function fileMistakes(entries: readonly Entry[], models: string): Promise<FileMistake[]> {
  const reading = wholeEntries(entries).filter(({ source, prompt }) => (source ?? prompt) !== undefined);
  if (reading.length === 0) return [];
  const root = await realpath(path.dirname(models));
  const found = await Promise.all(
    reading.flatMap((entry) => [
      ...(entry.source === undefined ? [] : [explainFolder(entry, root)]),
      ...(hasPrompt(entry) ? [explainPrompt(entry, root)] : []),
    ]),
  );
  return found.filter((mistake) => mistake !== undefined);
}

async function explainFolder(entry: FolderEntry, root: string): Promise<FileMistake | undefined> {
  const { source } = entry;
  const text = await explainPlace(sourceFolder(entry), root, {
    isRight: (stats) => stats.isDirectory(),
    absent: `there is no folder ${source} beside the list\nwrite the folder relative to the list, in the right case`,
    wrong: `${source} is not a folder\nname the folder that holds it`,
    outside: `${source} leads out of the list's folder by a symbolic link\ncopy the model's files there`,
  });
  return text === undefined ? undefined : { entry, key: 'source', text };
}

async function explainPrompt(entry: PromptEntry, root: string): Promise<FileMistake | undefined> {
  const { prompt } = entry;
  const text = await explainPlace(promptFile(entry), root, {
    isRight: (stats) => stats.isFile() && stats.size <= MAX_PROMPT,
    absent: `there is no file ${prompt} beside the list\nwrite the file relative to the list, in the right case`,
    wrong: `${prompt} is not a file of at most ${MAX_PROMPT} bytes\nname the text that is the prompt`,
    outside: `${prompt} leads out of the list's folder by a symbolic link\ncopy the file there`,
  });
  return text === undefined ? undefined : { entry, key: 'prompt', text };
}

interface Place {
  isRight: (stats: Stats) => boolean;
  absent: string;
  wrong: string;
  outside: string;
}

/** @returns what is wrong with it, in the words of `place` */
async function explainPlace(file: string, root: string, place: Place): Promise<string | undefined> {
  try {
    if (!place.isRight(await stat(file))) return place.wrong;
    const real = path.relative(root, await realpath(file));
    const isInside = real !== '..' && !real.startsWith(`..${path.sep}`) && !path.isAbsolute(real);
    return isInside ? undefined : place.outside;
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) throw error;
    return place.absent;
  }
}
