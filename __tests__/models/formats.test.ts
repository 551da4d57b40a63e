/** Artifacts of other formats, as a list asks for them. */
import { expect, test } from '@jest/globals';

import { diffLists } from '../../src/models/diff.ts';
import { referencesOf } from '../../src/models/entry.ts';
import { optionsDigest } from '../../src/models/options-digest.ts';
import { parseList } from '../../src/models/parse.ts';
import { entriesOf, entryOf, SHA } from '../support/list.ts';

const listed = (formats: string): string => `- name: gpt2\n  sha: ${SHA}\n  formats: ${formats}\n`;

test('formats are data without an order, and tags of the entry', () => {
  const entry = entryOf(listed('[docker-model, modelkit]'));
  expect(entry.formats).toEqual(['modelkit', 'docker-model']);
  expect(referencesOf(entry)).toEqual(['gpt2:latest', 'gpt2:latest-modelkit', 'gpt2:latest-docker-model']);
  expect(entryOf(listed('modelkit')).formats).toEqual(['modelkit']);
});

test('each image of an entry with variants has them', () => {
  const text = `- {name: gpt2, sha: ${SHA}, variants: {q4: '*q4*', q8: '*q8*'}, formats: modelpack}`;
  expect(entriesOf(text).map(({ tags, formats }) => [tags, formats])).toEqual([
    [['q4'], ['modelpack']],
    [['q8'], ['modelpack']],
  ]);
});

test('a changed format selects the entry, and leaves its image', () => {
  const [before, after] = [entryOf(listed('modelkit')), entryOf(listed('[modelkit, modelpack]'))];
  expect(diffLists([before], [after]).changed).toMatchObject([{ fields: ['formats'] }]);
  expect(optionsDigest(after, 'stream')).toBe(optionsDigest(before, 'stream'));
});

test.each([
  ['modelkits', '3:12: "modelkits" is not a format | write modelkit'],
  ['[modelpack, ollama]', '3:24: "ollama" is not a format | write modelkit, modelpack, docker-model'],
  ['[modelkit, modelkit]', '3:12: formats: "modelkit" is there twice | remove one of them'],
  ['[]', '3:12: the list of formats is empty | leave the key out for the default'],
  ['{modelkit: true}', '3:12: formats must be a text or a list of texts | write formats: value, or '],
])('formats: %s is a mistake', (formats, said) => {
  const [problem] = parseList(listed(formats), 'm.yaml').problems;
  const { line, column, message, hint } = problem!;
  expect(`${line}:${column}: ${message} | ${hint}`.slice(0, said.length)).toBe(said);
});
