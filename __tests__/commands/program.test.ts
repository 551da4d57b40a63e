/** Commands are loaded one by one; nobody is to notice. */
import { expect, test } from '@jest/globals';

import { createProgram } from '../../src/commands/program.ts';
import { VERSION } from '../../src/version.ts';
import { runHere } from '../support/run-program.ts';

const nothing = { write: () => undefined };
const io = { stdout: nothing, stderr: nothing, env: {}, signal: new AbortController().signal };
const program = await createProgram(io, () => undefined);

test('a command that is run alone is the one that the whole program has', async () => {
  for (const command of program.commands) {
    const { code, stdout } = await runHere([command.name(), '--help']);
    expect(code).toBe(0);
    // An example may follow, which is no part of this.
    expect(stdout.slice(0, command.helpInformation().length)).toBe(command.helpInformation());
  }
});

test.each([[[]], [['--help']], [['--help', 'plan']]])('%j shows all commands', async (args) => {
  const { stdout, stderr } = await runHere(args);
  expect(stdout + stderr).toBe(program.helpInformation());
});

test.each(['-V', '--version'])('%s says the version', async (flag) => {
  expect(await runHere([flag])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
});

test.each([
  ['plam', "error: unknown command 'plam'\n(Did you mean plan?)\n"],
  ['constructor', "error: unknown command 'constructor'\n"],
  ['--modles=x', "error: unknown option '--modles=x'\n"],
])('%s is said not to exist', async (word, stderr) => {
  expect(await runHere([word, 'plan'])).toEqual({ code: 2, stdout: '', stderr });
});
