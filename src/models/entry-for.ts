import { stringify } from 'yaml';
import { UserError } from '../errors.ts';
import type { Entry } from './entry.ts';
import { parseList } from './parse.ts';

/**
 * The entry that a list has for a model when nothing else is said of it.
 *
 * @throws UserError where a list cannot have the model, or only with an image's name that somebody thinks of.
 */
export function entryFor({ name, sha }: { name: string; sha: string }): Entry {
  const { entries, problems } = parseList(stringify([{ name, sha }]), name);
  const [entry] = entries;
  if (entry !== undefined) return entry;
  const [problem] = problems;
  const hint = problem?.hint;
  throw new UserError(problem?.message ?? `${name} makes no entry`, hint === undefined ? {} : { hint });
}
