/** Containers that run, as a list asks for them. */
import { describe, expect, test } from '@jest/globals';

import { diffLists } from '../../src/models/diff.ts';
import { referencesOf } from '../../src/models/entry.ts';
import { BASE } from '../../src/models/grammar.ts';
import { optionsDigest } from '../../src/models/options-digest.ts';
import { parseList } from '../../src/models/parse.ts';
import { parseFamiliar } from '../../src/oci/reference.ts';
import { entriesOf, entryOf, SHA } from '../support/list.ts';

function mistakes(text: string): string[] {
  return parseList(text, 'm.yaml').problems.map(
    ({ line, column, message, hint }) => `${line}:${column}: ${message} | ${hint ?? ''}`,
  );
}

/** The mistakes of runtimes in flow style that begin at 3:13, in an entry that is right but for them. */
function mistakesOf(runtimes: string, rest = ''): string[] {
  return mistakes(`- name: gpt2\n  sha: ${SHA}\n  runtimes: ${runtimes}\n${rest}`);
}

test('an entry has all that is written of its runtimes', () => {
  const entry = entryOf(`
- name: gpt2
  sha: ${SHA}
  runtimes:
    - name: python
      base: python:3.12-slim
    - name: llama
      base: ghcr.io/ggml-org/llama.cpp:server@sha256:${'a'.repeat(64)}
      workdir: /
      env: {PORT: 8080, MODEL: /models/m.gguf}
      entrypoint: [/app/llama-server]
      cmd: [-m, 1]
      prefix: /models/of/mine
`);
  expect(entry.runtimes).toEqual([
    { name: 'python', base: 'python:3.12-slim' },
    {
      name: 'llama',
      base: `ghcr.io/ggml-org/llama.cpp:server@sha256:${'a'.repeat(64)}`,
      workdir: '/',
      env: { MODEL: '/models/m.gguf', PORT: '8080' },
      entrypoint: ['/app/llama-server'],
      cmd: ['-m', '1'],
      prefix: 'models/of/mine',
    },
  ]);
});

test('each image of variants has its containers, and their tags are references of the entry', () => {
  const [q4, q8] = entriesOf(
    `- {name: gpt2, sha: ${SHA}, variants: {latest: a, q4: a, q8: b}, runtimes: [{name: x, base: y}], formats: modelkit}`,
  );
  expect(q4 && referencesOf(q4)).toEqual([
    'gpt2:latest',
    'gpt2:q4',
    'gpt2:latest-x',
    'gpt2:q4-x',
    'gpt2:latest-modelkit',
    'gpt2:q4-modelkit',
  ]);
  expect(q8?.runtimes).toEqual(q4?.runtimes);
});

function list(base: string): string {
  return `- {name: gpt2, sha: ${SHA}, runtimes: [{name: x, base: '${base}'}]}`;
}

test('a change of them selects the entry, and leaves the image as it is', () => {
  const [before, after] = [entryOf(list('python:3.12')), entryOf(list('python:3.13'))];
  expect(diffLists([before], [after]).changed).toMatchObject([{ fields: ['runtimes'] }]);
  expect(optionsDigest(after, 'stream')).toBe(optionsDigest(before, 'stream'));
});

describe('a mistake', () => {
  test.each([
    ['{name: x}', '3:13: runtimes must be a list of runtimes | write runtimes: '],
    ['[]', '3:13: the list of runtimes is empty | '],
    ['[x]', '3:14: a runtime has keys, at least name and base'],
    ['[{name: x}]', '3:14: the base of a runtime is missing | write base: '],
    ['[{base: x}]', '3:14: the name of a runtime is missing | write name: '],
    ['[{name: x, bse: y}]', '3:24: "bse" is not a key of a runtime | did you mean base?'],
    ['[{name: -x, base: y}]', '3:21: "-x" is not the name of a runtime | it is the end of a tag'],
    ['[{name: x, base: Y}]', '3:30: the base "Y" has capital letters | write y'],
    ['[{name: x, base: scratch}]', '3:30: the base scratch has no layers | '],
    ['[{name: x, base: "docker://y:1"}]', '3:30: the base "docker://y:1" is an address | write y:1'],
    ['[{name: x, base: y, prefix: m/}]', '3:41: the prefix "m/" is not a folder of a container | write /m'],
    ['[{name: x, base: y, prefix: /}]', '3:41: the prefix "/" is not a folder of a container'],
    ['[{name: x, base: y, prefix: /a/../b}]', '3:41: the prefix "/a/../b" is not a folder'],
    ['[{name: x, base: y, env: {A-B: c}}]', '3:44: "A-B" is not the name of a variable'],
    ['[{name: x, base: y, env: [A=b]}]', '3:38: env must be names with their texts'],
    ['[{name: x, base: y, cmd: [null]}]', '3:39: an item of cmd has no value'],
    ['[{name: x, base: y, cmd: a b}]', '3:38: cmd must be a list of texts'],
    ['[{name: x, base: y, cmd: [a], cmd: [b]}]', '3:43: the key cmd is there twice'],
    ['[{name: x, base: y}, {name: x, base: z}]', '3:41: two runtimes are called "x"'],
  ])('%s', (runtimes, said) => {
    const found = mistakesOf(runtimes);
    expect(found.map((text) => text.slice(0, said.length))).toEqual([said]);
  });
});

describe('tags that meet are told where the runtime is named', () => {
  test.each([
    ['with the entry’s own', '  tag: [a, a-v1]', 'v1', "3:21: the tag a-v1 is the image's own too"],
    [
      'with a format’s',
      '  formats: [modelpack, modelkit]',
      'modelkit',
      "4:24: two of the entry's tags would be latest-modelkit",
    ],
    [
      'with another entry’s',
      `- {name: x, image: gpt2, sha: ${SHA}, tag: latest-v1}`,
      'v1',
      '4:10: x and gpt2 on line 1 would be one image, gpt2:latest-v1',
    ],
    ['as ones that are too long', `  tag: ${'t'.repeat(127)}`, 'v1', '3:21: the tag ttt'],
  ])('%s', (_what, rest, name, said) => {
    const found = mistakesOf(`[{name: ${name}, base: y}]`, `${rest}\n`);
    expect(found.map((text) => text.slice(0, said.length))).toEqual([said]);
  });

  test('with those of an entry before it', () => {
    const [found] = mistakes(
      `- {name: x, image: gpt2, sha: ${SHA}, tag: latest-v1}\n` +
        `- {name: gpt2, sha: ${SHA}, runtimes: [{name: v1, base: y}]}\n`,
    );
    expect(found).toMatch(/^2:\d+: gpt2 and x on line 1 would be one image, gpt2:latest-v1/);
  });
});

test.each([
  'python',
  'python:3.12-slim',
  'owner/image',
  'localhost/a',
  'localhost:5000/a/b:x',
  'host:5000/a',
  '[::1]:5000/a',
  `ghcr.io/a/b:c@sha256:${'a'.repeat(64)}`,
  'a//b',
  'ghcr.io/',
  'a:',
  'a@sha256:b',
  'a/B',
])('the base %s is taken by the list where it can be read', (base) => {
  const isReference = (): boolean => {
    try {
      return parseFamiliar(base) !== undefined;
    } catch {
      return false;
    }
  };
  expect(BASE.test(base)).toBe(isReference());
});
