/** action.yml beside the command line that it stands for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { INPUTS_PAGE, inputsPage } from '../../scripts/inputs-doc.ts';
import { ACTION_INPUTS, DEFAULTED, inputNames, NO_ACTION } from '../../src/action/inputs.ts';
import { OUTPUTS } from '../../src/commands/outcome.ts';
import { createProgram } from '../../src/commands/program.ts';

const action = parse(readFileSync(join(import.meta.dirname, '../../action.yml'), 'utf8')) as {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, unknown>;
};

test('every option and argument of a command is an input of the same name, and there are no others', async () => {
  const io = { stdout: process.stdout, stderr: process.stderr, env: {}, signal: AbortSignal.abort() };
  const program = await createProgram(io, () => undefined);
  const commands = program.commands.filter((command) => !NO_ACTION.includes(command.name()));
  const names = new Set([...commands.flatMap(inputNames), ...ACTION_INPUTS]);
  expect(Object.keys(action.inputs).toSorted()).toEqual([...names].toSorted());
});

test('the inputs with a default are those that a command may lack without a warning', () => {
  const withDefault = Object.keys(action.inputs).filter((name) => action.inputs[name]?.default !== undefined);
  expect(withDefault.filter((name) => name !== 'command').toSorted()).toEqual(DEFAULTED);
});

test('the outputs are those that commands give', () => {
  expect(Object.keys(action.outputs).toSorted()).toEqual(OUTPUTS.toSorted());
});

test('docs/inputs.md is what `node scripts/inputs-doc.ts` writes', async () => {
  expect(readFileSync(INPUTS_PAGE, 'utf8')).toBe(await inputsPage());
});
