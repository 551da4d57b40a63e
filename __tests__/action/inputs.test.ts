/** What is made of the inputs before a command sees them. */
import { Argument, Command, Option } from 'commander';
import { afterEach, describe, expect, test } from '@jest/globals';

import { findCommand, inWordsOfInputs, readInputs, secretsOf } from '../../src/action/inputs.ts';
import { harmless } from '../../src/action/log.ts';

const program = new Command('ai-action');
program.addCommand(
  new Command('publish')
    .addOption(new Option('--registry <host/prefix>'))
    .addOption(new Option('--only <name...>'))
    .addOption(new Option('--dry-run')),
);
program.addCommand(
  new Command('top').addArgument(new Argument('<count>')).addOption(new Option('--base <rev>')),
);
program.addCommand(new Command('serve').addOption(new Option('--port <number>')));

const given: string[] = [];
function give(inputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(inputs)) {
    given.push(`INPUT_${name.toUpperCase()}`);
    process.env[`INPUT_${name.toUpperCase()}`] = value;
  }
}
afterEach(() => {
  for (const name of given.splice(0)) delete process.env[name];
});

describe('inputs become the words of a command line', () => {
  test.each([
    [
      'publish',
      { registry: ' --odd ', only: 'a/b, c\n--d\n', 'dry-run': 'true' },
      ['publish', '--registry=--odd', '--only=a/b', '--only=c', '--only=--d', '--dry-run'],
    ],
    ['publish', { registry: '', 'dry-run': 'false' }, ['publish']],
    ['top', { count: '-5' }, ['top', '--', '-5']],
  ])('%s %j', (name, inputs, args) => {
    give(inputs);
    expect(readInputs(program, findCommand(program, name))).toEqual({ args, ignored: [] });
  });

  test('what the command does not have is left out, and told', () => {
    give({ registry: 'localhost:5000', count: '3', models: 'm.yaml', 'github-token': 't', other: 'x' });
    expect(readInputs(program, findCommand(program, 'top'))).toEqual({
      args: ['top', '--', '3'],
      ignored: ['registry'],
    });
  });

  test('a yes or no that is neither says what to write', () => {
    give({ 'dry-run': 'yes' });
    expect(() => readInputs(program, findCommand(program, 'publish'))).toThrow(
      expect.objectContaining({ message: 'the input dry-run is "yes"', hint: 'Write true or false.' }),
    );
  });

  test.each([
    ['pubish', 'Did you mean publish?'],
    ['serve', 'Write one of publish, top.'],
  ])('no command: %s', (name, hint) => {
    expect(() => findCommand(program, name)).toThrow(expect.objectContaining({ hint }));
  });
});

test.each([
  ['--registry is missing', 'the input registry is missing'],
  ["error: option '--only <name...>' argument missing", 'the input only argument missing'],
  ["error: required option '--registry <host/prefix>' not specified", 'the input registry is missing'],
  ["error: missing required argument 'count'", 'the input count is missing'],
  ['as in --registry a.b/c or --base HEAD~1.', 'as in registry: a.b/c or base: HEAD~1.'],
  [
    'publish with --only, or use --base or a token',
    'publish with the input only, or use the input base or a token',
  ],
  ["error: option '--only <name...>' argument 'x' is invalid. Write y.", "the input only is 'x'. Write y."],
  [
    "error: command-argument value 'x' is invalid for argument 'count'. Write 3.",
    "the input count is 'x'. Write 3.",
  ],
  ['set HF_TOKEN', 'set the input hf-token'],
  ['set HF&#95;TOKEN', 'set the input hf-token'],
  ['git fetch --depth 1', 'git fetch --depth 1'],
])('%s → %s', (text, reworded) => {
  expect(inWordsOfInputs(program, text)).toBe(reworded);
});

test('secrets are found by the names of inputs, each line of one too, and by the variables of commands', () => {
  const env = {
    'INPUT_IMPORT-TOKEN': ' secret ',
    'INPUT_SERVICE-ACCOUNT-KEY': '{\n  "private_key": "x"\n}\n',
    INPUT_REGISTRY: 'localhost:5000',
    'INPUT_GITHUB-TOKEN': '',
    HF_TOKEN: 'hf_0123',
    SOME_KEY: '1',
  };
  expect(secretsOf(env)).toEqual(['secret', '{\n  "private_key": "x"\n}', '"private_key": "x"', 'hf_0123']);
});

test.each([
  ['::add-mask::x', ':\u200B:add-mask::x'],
  ['a\n  ::error::x', 'a\n  :\u200B:error::x'],
  ['a ##[error]x', 'a ##\u200B[error]x'],
  ['std::vector a: b', 'std::vector a: b'],
])('no line of %j is a command to the runner', (text, shown) => {
  expect(harmless(text)).toBe(shown);
});
