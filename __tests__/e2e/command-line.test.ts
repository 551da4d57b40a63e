/** The command line as people and scripts meet it: help, exit codes, mistakes. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

import { aiAction, aiActionJson, CLI } from '../support/ai-action.ts';
import { modelList } from '../support/model-list.ts';
import { temporaryFolder } from '../support/temporary.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';

describe('help', () => {
  test('names the commands, on standard output', async () => {
    const { code, stdout, stderr } = await aiAction(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const command of ['plan', 'publish', 'validate', 'serve']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} .*\\w`, 'm'));
    }
  });

  test.each([
    ['plan', ['--models', '--registry', '--select', '--only', '--base', '--hub', '--insecure', '--json']],
    ['publish', ['--models', '--registry', '--select', '--only', '--base', '--hub', '--dry-run', '--json']],
    ['validate', ['--models', '--online', '--base', '--only', '--hub', '--json']],
    ['update', ['--models', '--only', '--hub', '--dry-run', '--summary', '--json']],
    ['top', ['count', '--filter', '--gated', '--models', '--dry-run', '--summary', '--json']],
    ['serve', ['--host', '--port', '--storage', '--allow-host', '--token', '--models']],
  ])('%s --help says what its options do', async (command, options) => {
    const { code, stdout } = await aiAction([command, '--help']);
    expect(code).toBe(0);
    for (const option of options) expect(stdout).toMatch(new RegExp(`^ +${option}\\b.* \\w`, 'm'));
  });
});

describe('a command that is wrong has exit code 2 and prints no result', () => {
  test.each([
    ['no command', [], /Usage: ai-action/],
    ['an unknown command', ['pubish'], /unknown command 'pubish'\s+\(Did you mean publish\?\)/],
    [
      'an unknown option',
      ['plan', '--regstry', 'x'],
      /unknown option '--regstry'\s+\(Did you mean --registry\?\)/,
    ],
    ['an option without its value', ['plan', '--models'], /argument missing/],
    [
      'another choice than there is',
      ['plan', '--select', 'some'],
      /Allowed choices are changed, missing, all/,
    ],
    ['a word too much', ['validate', 'models.yaml'], /too many arguments/],
    [
      'serve for others without a token',
      ['serve', '--host', '0.0.0.0'],
      /need a token\.\n {2}hint: .*--token/,
    ],
    ['a port that is none', ['serve', '--port', 'http'], /from 0 \(any free port\) to 65535/],
  ])('%s', async (_what, args, said) => {
    const { code, stdout, stderr } = await aiAction(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each([
    [
      'publish without --registry',
      ['publish'],
      /--registry is missing\n {2}hint: .*--registry localhost:8787/,
    ],
    [
      'a registry with a scheme',
      ['plan', '--registry', 'https://ghcr.io/owner'],
      /is not HOST\/PREFIX\n {2}hint: Leave the scheme out: ghcr\.io\/owner/,
    ],
    ['--select changed without --base', ['plan', '--select', 'changed'], /needs --base\n {2}hint: .*HEAD~1/],
    ['--dry-run with a shard', ['publish', '--dry-run', '--shard', '1'], /--dry-run' cannot be used with/],
    ['a Hub that is no address', ['plan', '--hub', 'huggingface.co'], /--hub\) is not the address of a Hub/],
  ])('%s', async (_what, args, said) => {
    await using list = await modelList([{ name: 'owner/model', sha: SHA }]);
    const { code, stdout, stderr } = await aiAction([...args, ...list.args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(said);
  });
});

describe('a list with mistakes', () => {
  const TEXT = `models:
  - name: owner/one
    sha: main
  - name: owner/two
    sha: ${SHA}
    exlude: ['*.bin']
  - name: owner/two
    sha: ${SHA}
`;

  test('validate says all of them, each with its place and what to write instead, and ends with 2', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'models.yaml');
    await writeFile(file, TEXT);
    const { code, stdout } = await aiAction(['validate', '--models', file]);
    expect(code).toBe(2);
    expect(stdout).toContain(`${file}:3:10: `);
    expect(stdout).toContain(`${file}:6:5: `);
    expect(stdout).toMatch(/:7:\d+: /);
    expect(stdout).toMatch(/exclude/);
    expect(stdout).toMatch(/, 3 mistakes$/m);

    const { json, ...outcome } = await aiActionJson(['validate', '--models', file]);
    expect(outcome.code).toBe(2);
    expect(json).toMatchObject({
      file,
      problems: [
        { line: 3, column: 10, message: expect.any(String) },
        { line: 6, column: 5, message: expect.stringContaining('exlude') },
        { line: 7, message: expect.stringContaining('owner/two') },
      ],
    });
  });

  test.each(['plan', 'publish'])('%s begins nothing and ends with 2', async (command) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'models.yaml');
    await writeFile(file, TEXT);
    const { code, stdout, stderr } = await aiAction([command, '--models', file, '--registry', 'localhost:9']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/has 3 mistakes:\n.*:3:10: /);
  });

  test.each([
    ['no YAML', 'models: [', /:1:\d+: /],
    ['empty', '', /:1:1: /],
    ['without models', 'models: []\n', /:1:\d+: /],
  ])('%s', async (_what, text, said) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'models.yaml');
    await writeFile(file, text);
    const { code, stdout } = await aiAction(['validate', '--models', file]);
    expect(code).toBe(2);
    expect(stdout).toMatch(said);
  });

  test('no YAML: what to do is in the document too', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'models.yaml');
    await writeFile(file, '- name: "gpt2\n  pin: true\n');
    const { json } = await aiActionJson(['validate', '--models', file]);
    expect(json).toMatchObject({
      problems: [{ line: 2, hint: 'close the quote, which was opened on this line or above' }],
    });
  });

  test('a list that there is not: where it was looked for, and what to do', async () => {
    await using folder = await temporaryFolder();
    const { code, stdout, stderr } = await aiAction(['validate'], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/there is no list at models\/models\.yaml\n {2}hint: name the list with --models/);
  });
});

test('a list without mistakes: how many models, and 0', async () => {
  await using list = await modelList([{ name: 'owner/model', sha: SHA }]);
  const { code, stdout } = await aiAction(['validate', '--models', join(list.folder, 'models.yaml')]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/models\.yaml: 1 model, no mistakes$/m);
});

test('a reader that has seen enough ends the program without a word, as a shell’s tools', async () => {
  const script = '{ sleep 0.5; "$0" "$1" publish --help; echo $? >&2; } | true';
  const { stderr } = await promisify(execFile)('sh', ['-c', script, process.execPath, CLI]);
  expect(stderr).toBe('141\n');
});
