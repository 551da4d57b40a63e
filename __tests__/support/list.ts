/** Lists for tests. */
import type { Entry } from '../../src/models/entry.ts';
import { parseList } from '../../src/models/parse.ts';

export const SHA = '11c5a3d5811f50298f278a704980280950aedb10';
export const OTHER_SHA = 'ffffffffffffffffffffffffffffffffffffffff';

/** The entries of a list that must be right. */
export function entriesOf(text: string): readonly Entry[] {
  const { entries, problems } = parseList(text, 'models.yaml');
  if (problems.length > 0)
    throw new Error(problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return entries;
}

export function entryOf(text: string): Entry {
  const [entry] = entriesOf(text);
  if (entry === undefined) throw new Error('no entry');
  return entry;
}
