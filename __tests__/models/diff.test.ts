import { describe, expect, test } from '@jest/globals';
import { diffLists } from '../../src/models/diff.ts';
import { entriesOf, OTHER_SHA, SHA } from '../support/list.ts';

function names(entries: readonly { name: string }[]): string[] {
  return entries.map(({ name }) => name);
}

/** The diff in names, and in `name: fields` for what changed. */
function diff(base: string, present: string) {
  const { added, changed, unchanged, removed } = diffLists(entriesOf(base), entriesOf(present));
  return {
    added: names(added),
    changed: changed.map(({ entry, fields }) => `${entry.name}: ${fields.join(', ')}`),
    unchanged: names(unchanged),
    removed: names(removed),
  };
}

const none = { added: [], changed: [], unchanged: [], removed: [] };

describe('between two lists', () => {
  test('order, comments, defaults and the way of writing do not matter', () => {
    const base = `- {name: a, sha: ${SHA}}\n- {name: b, sha: ${SHA}, include: [x, y], tag: [v1, v2]}\n`;
    const present = `models:
  # moved
  - {name: b, sha: "${SHA}", include: ['y', 'x'], tagAs: [v2, v1], layout: layers}
  - {name: a, sha: ${SHA}, tag: latest, platforms: [linux/arm64, linux/amd64]}\n`;
    expect(diff(base, present)).toEqual({ ...none, unchanged: ['b', 'a'] });
  });

  test('entries are added and removed', () => {
    expect(diff(`- {name: a, sha: ${SHA}}`, `- {name: b, sha: ${SHA}}`)).toEqual({
      ...none,
      added: ['b'],
      removed: ['a'],
    });
  });

  test.each([
    [`sha: ${OTHER_SHA}`, 'sha'],
    ['source: folder', 'sha, source'],
    [`sha: ${SHA}, tag: [latest, v1]`, 'tag'],
    [`sha: ${SHA}, include: x`, 'include'],
    [`sha: ${SHA}, exclude: x`, 'exclude'],
    [`sha: ${SHA}, layout: single`, 'layout'],
    [`sha: ${SHA}, platforms: linux/amd64`, 'platforms'],
  ])('%s changes %s', (options, fields) => {
    expect(diff(`- {name: a, sha: ${SHA}}`, `- {name: a, ${options}}`)).toEqual({
      ...none,
      changed: [`a: ${fields}`],
    });
  });

  test('another model under the same image is a change', () => {
    expect(diff(`- {name: Gpt2, sha: ${SHA}}`, `- {name: gpt2, sha: ${SHA}}`)).toEqual({
      ...none,
      changed: ['gpt2: name'],
    });
  });

  test('a new tag or image of a model is an addition, and the old image is kept', () => {
    expect(diff(`- {name: a, sha: ${SHA}}`, `- {name: a, sha: ${SHA}, tag: v1}`)).toEqual({
      ...none,
      added: ['a'],
      removed: ['a'],
    });
  });

  test('an entry that is split by its tags is two changes', () => {
    const split = `- {name: a, sha: ${SHA}}\n- {name: a, sha: ${OTHER_SHA}, tag: v1}`;
    expect(diff(`- {name: a, sha: ${SHA}, tag: [latest, v1]}`, split)).toEqual({
      ...none,
      changed: ['a: tag', 'a: sha, tag'],
    });
  });
});
