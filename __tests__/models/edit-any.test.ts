/** Edits of lists in every way of writing: what is read afterwards is what was asked for. */
import { describe, expect, test } from '@jest/globals';
import type { Entry } from '../../src/models/entry.ts';
import { editList, type Edit } from '../../src/models/edit.ts';
import { parseList } from '../../src/models/parse.ts';
import { entriesOf } from '../support/list.ts';

/** A generator of the same choices in every run. */
function choices(seed: number) {
  let state = seed;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return (state >>> 8) % bound;
  };
  return { below, of: <T>(items: readonly T[]): T => items[below(items.length)] as T };
}

type Choices = ReturnType<typeof choices>;

function hex({ below }: Choices): string {
  return Array.from({ length: 40 }, () => below(16).toString(16)).join('');
}

function randomEntry(random: Choices, name: string, indent: string): string {
  const comment = () => random.of(['', '', ' # why', ' # - name: x']);
  const quote = random.of(['', '"', "'"]);
  const sha = `${quote}${hex(random)}${quote}`;
  const tag = random.of(['', 'v1', '[v1, v2]', '[ v1 ,v2, ]', 'block']);
  if (random.below(3) === 0) {
    const rest = tag === '' || tag === 'block' ? '' : `, tag: ${tag}`;
    return `${indent}- {name: ${name}, sha: ${sha}${rest}}${comment()}\n`;
  }
  const first = random.of([' ', `\n${indent}  `]);
  const deeper = `${indent}  ${random.of(['', '  '])}`;
  const lines = [`${indent}-${first}name: ${name}${comment()}`, `${indent}  sha: ${sha}${comment()}`];
  if (tag === 'block') lines.push(`${indent}  tag:`, `${deeper}- v1${comment()}`, `${deeper}- v2`);
  else if (tag !== '') lines.push(`${indent}  tag: ${tag}${comment()}`);
  if (random.below(4) === 0) lines.push(`${indent}  # inner`);
  return `${lines.join('\n')}\n`;
}

function randomList(random: Choices): string {
  const indent = random.of(['', '  ', '    ']);
  const head = indent !== '' || random.below(2) === 0 ? 'models:\n' : '';
  const above = ['', '', '\n', '\n\n', `${indent}# above\n`, `\n${indent}# paragraph\n`];
  const entries = Array.from(
    { length: 1 + random.below(5) },
    (_, at) => random.of(above) + randomEntry(random, `m${at}`, indent),
  );
  const text =
    random.of(['', '# head\n', '# head\n\n']) +
    head +
    entries.join('') +
    random.of(['', '# end\n', '\n# end\n']);
  const ended = random.below(4) === 0 ? text.trimEnd() : text;
  return random.below(3) === 0 ? ended.replaceAll('\n', '\r\n') : ended;
}

const TAGS = [['v1'], ['v2'], ['w'], ['v2', 'w'], ['w', 'x'], ['v1', 'v2', 'w'], ['latest']];

/** Edits, and what they should leave as `name sha tags`. */
function randomEdits(random: Choices, entries: readonly Entry[]): { edits: Edit[]; wanted: string[] } {
  const edits: Edit[] = [];
  const wanted: string[] = [];
  for (const entry of entries) {
    const choice = random.below(4);
    const sha = choice === 1 ? hex(random) : (entry.sha ?? '');
    const tags = choice === 2 ? random.of(TAGS) : entry.tags;
    if (choice === 0) edits.push({ kind: 'remove', entry });
    else wanted.push(`${entry.name} ${sha} ${tags.toSorted().join()}`);
    if (choice === 1) edits.push({ kind: 'update', entry, sha });
    if (choice === 2) edits.push({ kind: 'update', entry, tags });
  }
  if (wanted.length === 0 || random.below(3) === 0) {
    const sha = hex(random);
    edits.push({ kind: 'add', listed: { name: 'new', sha } });
    wanted.push(`new ${sha} latest`);
  }
  return { edits, wanted };
}

describe('edits of any list', () => {
  test('leave what they ask for', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = choices(seed);
      const text = randomList(random);
      const { edits, wanted } = randomEdits(random, entriesOf(text));
      const result = editList(text, edits);
      const found = entriesOf(result).map(
        ({ name, sha, tags }) => `${name} ${sha} ${tags.toSorted().join()}`,
      );
      expect({ seed, found }).toEqual({ seed, found: wanted });
      expect(text.includes('\r') && /[^\r]\n/.test(result)).toBe(false);
    }
  });
});

test('no text makes reading throw, and every problem has its place', () => {
  const pieces = [
    ...'{}[]:,-&*!|>"\'#%@ \n\t~?'.split(''),
    '- ',
    ': ',
    '&a ',
    '*a',
    '<<: *a',
    '---\n',
    'name: ',
    'sha: x',
    '\n  ',
  ];
  for (let seed = 1; seed <= 500; seed++) {
    const random = choices(seed);
    let text = randomList(random);
    for (let times = 1 + random.below(6); times > 0; times--) {
      const at = random.below(text.length);
      text = text.slice(0, at) + random.of(pieces) + text.slice(at + random.below(3));
    }
    const lines = text.split('\n').length;
    for (const { line, column, length } of parseList(text, 'x').problems) {
      expect(line >= 1 && line <= lines && column >= 1 && length >= 1).toBe(true);
    }
  }
});
