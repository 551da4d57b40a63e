import { describe, expect, test } from '@jest/globals';

import { LARGE_FILE } from '../../src/image/layer-plan.ts';
import { diffLists } from '../../src/models/diff.ts';
import { editList } from '../../src/models/edit.ts';
import type { Entry } from '../../src/models/entry.ts';
import { optionsDigest } from '../../src/models/options-digest.ts';
import { parseList } from '../../src/models/parse.ts';
import { selectFiles, sharedFiles } from '../../src/models/select-files.ts';
import { wholeEntries } from '../../src/models/variants.ts';
import { entriesOf, OTHER_SHA, SHA } from '../support/list.ts';

const LIST = `- name: acme/tiny-GGUF
  sha: ${SHA}
  exclude: '*.md'
  variants:
    latest: '*Q4_K_M*'
    q4_k_m: '*Q4_K_M*'
    q8_0: ['*Q8_0*', mmproj-*]
- name: other
  sha: ${SHA}
`;

describe('variants', () => {
  test('are one image for each set of globs, with its tags', () => {
    const claimed = ['*Q4_K_M*', '*Q8_0*', 'mmproj-*'];
    expect(entriesOf(LIST)).toMatchObject([
      { image: 'acme/tiny-gguf', tags: ['latest', 'q4_k_m'], variant: { globs: ['*Q4_K_M*'], claimed } },
      { image: 'acme/tiny-gguf', tags: ['q8_0'], variant: { globs: ['*Q8_0*', 'mmproj-*'], claimed } },
      { image: 'other', tags: ['latest'] },
    ]);
  });

  test('are of one entry of the list', () => {
    const [whole, other, ...rest] = wholeEntries(entriesOf(LIST));
    expect(rest).toEqual([]);
    expect(whole).toMatchObject({ tags: ['latest', 'q4_k_m', 'q8_0'] });
    expect(other).toMatchObject({ name: 'other' });
    expect(editList(LIST, [{ kind: 'update', entry: whole!, sha: OTHER_SHA }])).toBe(
      LIST.replace(SHA, OTHER_SHA),
    );
  });

  test('are compared image by image', () => {
    const before = entriesOf(LIST);
    const present = entriesOf(LIST.replace('[', '[draft.gguf, ').replace("    q4_k_m: '*Q4_K_M*'\n", ''));
    const { changed, unchanged } = diffLists(before, present);
    expect(changed.map(({ entry, fields }) => [entry.tags, fields])).toEqual([
      [['latest'], ['tag', 'variants']],
      [['q8_0'], ['variants']],
    ]);
    expect(unchanged).toMatchObject([{ name: 'other' }]);
    const digests = before.map((entry) => optionsDigest(entry, 'stream'));
    expect(new Set(digests).size).toBe(3);
  });

  test.each<[string, string, string]>([
    ['a tag besides', `tag: v1\n  variants: {q4: '*Q4*'}`, 'tag and variants both name tags'],
    ['none', 'variants: {}', 'the variants are empty'],
    ['no tag', `variants: {'Q4 K': '*Q4*'}`, '"Q4 K" is not a tag'],
    ['no glob', 'variants: {q4: }', '"q4" of variants has no value'],
    ['no globs', 'variants: {q4: {a: b}}', '"q4" of variants must be a glob or a list of globs'],
    ['a bad glob', `variants: {q4: '../*'}`, `"../*" leaves the model's folder`],
    ['bad globs', `variants: {q4: ['a', '../*']}`, `"../*" leaves the model's folder`],
    ['a text', 'variants: q4', 'variants must be tags with their globs'],
    ['a tag twice', `variants: {q4: 'a', q4: 'b'}`, 'the key q4 is there twice in this entry'],
    ['a value missing', 'variants:', 'variants has no value'],
    ['a label of ours', 'labels: {ai.depot.recipe: x}', `"ai.depot.recipe" is a label of ai-action's own`],
    ['no label', 'labels: {" ": x}', '" " is not a label\'s name'],
    ['labels in a list', 'labels: [a]', 'labels must be names with their texts'],
    ['a label of more', 'labels: {a: {b: c}}', '"a" of labels must be one text'],
    ['a label twice', 'labels: {a: b, a: c}', 'the key a is there twice in this entry'],
    ['a line for cmd', 'cmd: -c 8192', 'cmd must be a list of texts'],
    ['an argument of more', 'cmd: [-c, [1]]', 'an item of cmd must be one text'],
    ['a prompt elsewhere', 'prompt: ../secret', 'the prompt "../secret" may lead out of the list\'s folder'],
    ['a prompt of the system', 'prompt: /etc/passwd', 'the prompt "/etc/passwd" is not relative'],
  ])('%s: %s is refused', (_what, keys, message) => {
    const { problems } = parseList(`- name: gpt2\n  sha: ${SHA}\n  ${keys}\n`, 'm.yaml');
    expect(problems.map((problem) => problem.message)).toEqual([message]);
  });

  test('may not meet another entry in a tag', () => {
    const { problems } = parseList(`${LIST}- {name: acme/tiny-GGUF, sha: ${SHA}, tag: q8_0}\n`, 'm.yaml');
    expect(problems.map(({ message }) => message)).toEqual([
      'acme/tiny-GGUF is listed twice with the tag q8_0; first on line 1',
    ]);
  });
});

describe('the files of a variant', () => {
  const FILES = [
    { path: 'README.md', size: 9 },
    { path: 'config.json', size: 9 },
    { path: 'mmproj-F16.gguf', size: LARGE_FILE },
    { path: 'tiny-IQ1_S.gguf', size: LARGE_FILE },
    { path: 'tiny-Q4_K_M.gguf', size: LARGE_FILE },
    { path: 'tiny-Q8_0.gguf', size: LARGE_FILE - 1 },
  ];
  const paths = (entry: Entry): string[] => selectFiles(entry, FILES).map(({ path }) => path);
  const [q4, q8] = entriesOf(LIST) as [Entry, Entry];

  test('are those of its globs, and the small ones that no variant’s match', () => {
    expect(paths(q4)).toEqual(['config.json', 'tiny-Q4_K_M.gguf']);
    expect(paths(q8)).toEqual(['config.json', 'mmproj-F16.gguf', 'tiny-Q8_0.gguf']);
    expect(sharedFiles(q8.variant!, FILES).map(({ path }) => path)).toEqual(['README.md', 'config.json']);
    expect(paths(wholeEntries([q4])[0]!)).toEqual([
      'config.json',
      'mmproj-F16.gguf',
      'tiny-Q4_K_M.gguf',
      'tiny-Q8_0.gguf',
    ]);
  });

  test('fail it alone where a glob matches none', () => {
    const without = FILES.filter(({ path }) => !path.includes('Q4'));
    expect(() => selectFiles(q4, without)).toThrow(
      'models.yaml:1: variants: "*Q4_K_M*" matches none of the 4 files',
    );
    expect(selectFiles(q8, without)).toHaveLength(3);
  });
});

function digest(options: string): string {
  return optionsDigest(entriesOf(`- {name: gpt2, sha: ${SHA}${options}}`)[0]!, 'stream');
}

function digestWith(prompt: string, content: string): string {
  const [entry] = entriesOf(`- {name: gpt2, sha: ${SHA}, prompt: ${prompt}}`);
  return optionsDigest(entry!, 'stream', `sha256:${content}`);
}

test('labels, prompt and arguments are part of the recipe, and nothing where they are absent', () => {
  const others = [', labels: {a: b}', ', labels: {a: c}', ', cmd: []', ', cmd: [-c, 1]'].map(digest);
  expect(new Set([digest(''), ...others]).size).toBe(5);
  expect(digest(', labels: {b: 1, a: true}')).toBe(digest(', labels: {a: true, b: 1}'));
  expect(digestWith('texts/a.txt', '1')).toBe(digestWith('a.txt', '1'));
  const prompts = [digestWith('a.txt', '1'), digestWith('a.txt', '2'), digestWith('b.txt', '1')];
  expect(new Set([digest(''), ...prompts]).size).toBe(4);
});
