/** Which of a place's GGUF files is meant. */
import picomatch from 'picomatch';

import { UserError } from '../errors.ts';
import { readWhole, type GgufFile } from '../formats/gguf-files.ts';
import { groupShards, type GgufFiles, type WholeGguf } from '../formats/gguf-shards.ts';

/** Files of a place, and how it is called in messages. */
export interface GgufPlace {
  name: string;
  files: readonly GgufFile[];
}

/** What is no model to run, by what it is mostly called: only a header tells, and each costs some megabytes. */
const BESIDE_A_MODEL = /mmproj|imatrix|(?:^|[^a-z])(?:lora|draft(?:er)?|vocab)(?:[^a-z]|$)/i;
const MOST_SHOWN = 10;

/**
 * The model that runs: the only one there, or the one whose path or name matches.
 * @throws UserError where there is none, or it is not plain which one is meant
 */
export function chooseModel({ name, files }: GgufPlace, pattern: string | undefined): GgufFiles<GgufFile> {
  const groups = groupShards(files);
  if (groups.length === 0) throw new UserError(`${name} has no GGUF files.`);
  const matching = pattern === undefined ? groups : groups.filter((group) => matches(group, pattern));
  if (matching.length === 0) {
    throw new UserError(`${name} has no GGUF file ${JSON.stringify(pattern)}.`, { hint: listOf(groups) });
  }
  const alone = runsAlone(matching);
  const [chosen, another] = matching.length === 1 || alone.length === 0 ? matching : alone;
  if (chosen !== undefined && another === undefined) return chosen;
  throw new UserError(`${name} has ${matching.length} GGUF models.`, {
    hint: `Write which one behind it, as a path or a glob. ${listOf(alone.length === 0 ? matching : alone)}`,
  });
}

/** Those that are models to run, by their names. */
export function runsAlone<File extends { path: string }>(
  groups: readonly GgufFiles<File>[],
): GgufFiles<File>[] {
  return groups.filter(({ files: [{ path }] }) => !BESIDE_A_MODEL.test(baseName(path)));
}

/** One of them by its path, name or a glob. @throws UserError where several match */
export function findFile({ name, files }: GgufPlace, pattern: string): GgufFiles<GgufFile> | undefined {
  const [found, another] = groupShards(files).filter((group) => matches(group, pattern));
  if (another === undefined) return found;
  throw new UserError(`Several GGUF files of ${name} match ${JSON.stringify(pattern)}.`, {
    hint: 'Write the whole path of one.',
  });
}

/** @throws UserError where it is broken, or one of its shards is missing */
export async function readHeader(place: string, group: GgufFiles<GgufFile>): Promise<WholeGguf> {
  try {
    return await readWhole(group);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`A GGUF file of ${place} cannot be read: ${error.message}.`, { cause: error });
  }
}

function matches({ files }: GgufFiles<GgufFile>, pattern: string): boolean {
  const isMatch = picomatch(pattern, { nocase: true, basename: !pattern.includes('/') });
  return files.some(({ path }) => path === pattern || isMatch(path));
}

function listOf(groups: readonly GgufFiles<GgufFile>[]): string {
  const shown = groups.slice(0, MOST_SHOWN).map(({ files: [{ path }] }) => path);
  const more = groups.length > MOST_SHOWN ? ` and ${groups.length - MOST_SHOWN} more` : '';
  return `There are ${shown.join(', ')}${more}.`;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
