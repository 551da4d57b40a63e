import { describe, expect, test } from '@jest/globals';
import type { Entry } from '../../src/models/entry.ts';
import { editList, type Edit } from '../../src/models/edit.ts';
import { entriesOf, OTHER_SHA, SHA } from '../support/list.ts';

const LIST = `# yaml-language-server: $schema=models.schema.json
models:
  # text models
  - name: a # first
    sha: "${SHA}" # pinned
    # inner
    tag:
      - l # one
      # two
      - m

      # tail of a
  - name: a2
    sha:   ${SHA}

  # about b
  -
    name: b
    sha: '${SHA}'
    image: other/b

  # c's own
  - {name: c, sha: ${SHA}} # behind c
  - name: d
    tagAs: [ x, # why x
       y ]
    sha: ${SHA}
# end
`;

/** Edits the entries of a list, which are given by name; the result must be a list without problems. */
function edited(text: string, edits: (entry: (name: string) => Entry) => Edit[]): string {
  const entries = entriesOf(text);
  const result = editList(
    text,
    edits((name) => {
      const entry = entries.find((candidate) => candidate.name === name);
      if (entry === undefined) throw new Error(`no ${name}`);
      return entry;
    }),
  );
  if (!/^(?:models: )?\[\]$/m.test(result)) entriesOf(result);
  return result;
}

describe('a new sha', () => {
  test.each(['a', 'a2', 'b', 'c', 'd'])('changes 40 characters of %s and nothing else', (name) => {
    const result = edited(LIST, (entry) => [{ kind: 'update', entry: entry(name), sha: OTHER_SHA }]);
    expect(result.replace(OTHER_SHA, SHA)).toBe(LIST);
    expect(
      entriesOf(result)
        .filter(({ sha }) => sha === OTHER_SHA)
        .map((found) => found.name),
    ).toEqual([name]);
  });

  test('of decimal digits is quoted, so that no reader takes it for a number', () => {
    const digits = '1'.repeat(40);
    const text = `- name: a\n  sha: ${SHA}\n`;
    expect(edited(text, (entry) => [{ kind: 'update', entry: entry('a'), sha: digits }])).toBe(
      `- name: a\n  sha: "${digits}"\n`,
    );
  });

  test('keeps carriage returns, and a file without a newline at its end', () => {
    const text = `- name: a\r\n  sha: ${SHA} # x\r\n- name: b\r\n  sha: ${SHA}`;
    const result = edited(text, (entry) => [
      { kind: 'update', entry: entry('a'), sha: OTHER_SHA, tags: ['v1'] },
      { kind: 'update', entry: entry('b'), sha: OTHER_SHA },
    ]);
    expect(result).toBe(
      `- name: a\r\n  sha: ${OTHER_SHA} # x\r\n  tag: v1\r\n- name: b\r\n  sha: ${OTHER_SHA}`,
    );
  });

  test('replaces an alias, but not a value that others refer to', () => {
    const text = `- name: a\n  sha: &s ${SHA}\n- name: b\n  sha: *s\n`;
    expect(edited(text, (entry) => [{ kind: 'update', entry: entry('b'), sha: OTHER_SHA }])).toBe(
      `- name: a\n  sha: &s ${SHA}\n- name: b\n  sha: ${OTHER_SHA}\n`,
    );
    expect(() => edited(text, (entry) => [{ kind: 'update', entry: entry('a'), sha: OTHER_SHA }])).toThrow(
      'models.yaml:1: the value of a is shared with others by a YAML anchor',
    );
  });

  test('of all entries of JSON', () => {
    const text = JSON.stringify([
      { name: 'a', sha: SHA },
      { name: 'b', sha: SHA },
    ]);
    const result = edited(text, (entry) =>
      ['a', 'b'].map((name) => ({ kind: 'update', entry: entry(name), sha: OTHER_SHA })),
    );
    expect(result).toBe(text.replaceAll(SHA, OTHER_SHA));
  });
});

describe('other tags', () => {
  test.each([
    ['a', ['m', 'z'], '    tag:\n      # two\n      - m\n      - z\n'],
    ['a', ['l'], '    tag:\n      - l # one\n\n      # tail of a\n'],
    ['a2', ['q', '1.0'], `    sha:   ${SHA}\n    tag: [q, "1.0"]\n`],
    ['c', ['k'], `  - {name: c, sha: ${SHA}, tag: k} # behind c\n`],
    ['d', ['y', 'w'], '    tagAs: [ # why x\n       y, w ]\n'],
    ['d', ['x'], '    tagAs: [ x ]\n'],
  ])('%s: %j', (name, tags, part) => {
    const result = edited(LIST, (entry) => [{ kind: 'update', entry: entry(name), tags }]);
    expect(entriesOf(result).find((entry) => entry.name === name)?.tags).toEqual(tags);
    expect(result).toContain(part);
  });

  test('that are the same change nothing', () => {
    expect(edited(LIST, (entry) => [{ kind: 'update', entry: entry('a2'), tags: ['latest'] }])).toBe(LIST);
  });

  test('a tag becomes another or several', () => {
    const text = `- name: a\n  sha: ${SHA}\n  tag: 'v1' # which\n`;
    const to = (tags: string[]) => edited(text, (entry) => [{ kind: 'update', entry: entry('a'), tags }]);
    expect(to(['v2'])).toBe(text.replace('v1', 'v2'));
    expect(to(['v2', 'v3'])).toBe(text.replace("'v1'", '[v2, v3]'));
  });
});

describe('an entry that goes', () => {
  test('takes its own comments and leaves the headings', () => {
    expect(edited(LIST, (entry) => [{ kind: 'remove', entry: entry('a') }])).toContain(
      '  # text models\n  - name: a2\n',
    );
    const withoutB = edited(LIST, (entry) => [{ kind: 'remove', entry: entry('b') }]);
    expect(withoutB).toContain(`sha:   ${SHA}\n\n  # c's own\n`);
    const withoutA2 = edited(LIST, (entry) => [{ kind: 'remove', entry: entry('a2') }]);
    expect(withoutA2).toContain('      # tail of a\n\n  # about b\n');
  });

  test.each(['a', 'a2', 'b', 'c', 'd'])('%s leaves the others as they are', (name) => {
    const result = edited(LIST, (entry) => [{ kind: 'remove', entry: entry(name) }]);
    expect(entriesOf(result).map((entry) => ({ ...entry, position: undefined }))).toEqual(
      entriesOf(LIST)
        .filter((entry) => entry.name !== name)
        .map((entry) => ({ ...entry, position: undefined })),
    );
    expect(result.startsWith('# yaml-language-server')).toBe(true);
    expect(result.endsWith('# end\n')).toBe(true);
  });

  test('with all others leaves an empty list', () => {
    const names = ['a', 'a2', 'b', 'c', 'd'];
    const result = edited(LIST, (entry) => names.map((name) => ({ kind: 'remove', entry: entry(name) })));
    expect(result).toContain('models: []\n');
    const bare = `# head\n- name: a\n  sha: ${SHA}\n`;
    expect(edited(bare, (entry) => [{ kind: 'remove', entry: entry('a') }])).toBe('# head\n[]\n');
  });

  test('from a list in brackets', () => {
    const text = `[ {name: a, sha: ${SHA}}, {name: b, sha: ${SHA}}, {name: c, sha: ${SHA}}, ]`;
    expect(edited(text, (entry) => [{ kind: 'remove', entry: entry('a') }])).toBe(
      `[ {name: b, sha: ${SHA}}, {name: c, sha: ${SHA}} ]`,
    );
    expect(edited(text, (entry) => [{ kind: 'remove', entry: entry('c') }])).toBe(
      `[ {name: a, sha: ${SHA}}, {name: b, sha: ${SHA}} ]`,
    );
  });
});

describe('a new entry', () => {
  const add: Edit = { kind: 'add', listed: { name: 'new/m', sha: SHA, include: ['*.a', 'x: y'] } };

  test('comes last, indented and spaced as the others', () => {
    expect(edited(LIST, () => [add])).toContain(
      `    sha: ${SHA}\n  - name: new/m\n    sha: ${SHA}\n    include: ["*.a", "x: y"]\n# end\n`,
    );
    const apart = `- name: a\n  sha: ${SHA}\n\n- name: b\n  sha: ${SHA}`;
    expect(edited(apart, () => [add])).toBe(
      `${apart}\n\n- name: new/m\n  sha: ${SHA}\n  include: ["*.a", "x: y"]`,
    );
  });

  test.each(['', '# head\n', 'models:\n', 'models: []\n', '[]\n', 'models:'])(
    'in the empty list %j',
    (text) => {
      const result = editList(text, [add]);
      expect(entriesOf(result)).toHaveLength(1);
      expect(result).toMatch(/^(?:# head\n)?models:\s*\n  - name: new\/m\n/);
      expect(result.endsWith('\n')).toBe(true);
    },
  );

  test('in brackets', () => {
    const text = `[{name: a, sha: ${SHA}}]\n`;
    expect(edited(text, () => [add])).toBe(
      `[{name: a, sha: ${SHA}}, { name: new/m, sha: ${SHA}, include: ["*.a", "x: y"] }]\n`,
    );
  });

  test('takes the place of the last one that goes', () => {
    const text = `- name: a\n  sha: ${SHA}\n`;
    const result = edited(text, (entry) => [{ kind: 'remove', entry: entry('a') }, add]);
    expect(result).toBe(`- name: new/m\n  sha: ${SHA}\n  include: ["*.a", "x: y"]\n`);
    const spaced = edited(`${text}\n# end\n`, (entry) => [{ kind: 'remove', entry: entry('a') }, add]);
    expect(spaced).toBe(`${result}\n# end\n`);
  });
});

test('an entry of another text is refused', () => {
  const [entry] = entriesOf(`\n\n- name: a\n  sha: ${SHA}\n`);
  if (entry === undefined) throw new Error('no entry');
  expect(() => editList(LIST, [{ kind: 'remove', entry }])).toThrow('a does not begin at 3:3 of the list');
});
