/** The action's inputs as the words of a command line: every option is an input of the same name. */
import * as core from '@actions/core';
import type { Argument, Command, Option } from 'commander';

import { UsageError } from '../errors.ts';
import { nearest } from '../models/nearest.ts';

/** Inputs that no command has as an option. */
export const ACTION_INPUTS = ['command', 'github-token', 'hf-token'] as const;

/** Commands that are of no use in a workflow: they run until somebody ends them, or look after one's own machine. */
export const NO_ACTION: readonly string[] = ['serve', 'run', 'list', 'remove'];

/** Options that action.yml has a default for, so that a command that lacks them is given them all the same. */
export const DEFAULTED: readonly string[] = ['builder', 'github-token', 'models'];

const SECRET = /(?:^|-)(?:token|key|password)$/;

const SECRET_VARIABLES = new Set(['HF_TOKEN', 'AI_ACTION_TOKEN', 'AI_ACTION_IMPORT_TOKEN']);

export interface Inputs {
  args: string[];
  /** Inputs that were given and that this command does not have. */
  ignored: string[];
}

/** As it was written, without space around it; empty where it was not given. */
export function input(name: string): string {
  return core.getInput(name);
}

/** What must never be in a log: of the inputs by their names, and of the environment what a command takes from it. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  const found = Object.entries(env).flatMap(([key, value = '']) => {
    const name = /^INPUT_(.*)/.exec(key)?.[1]?.toLowerCase();
    const isSecret = name === undefined ? SECRET_VARIABLES.has(key) : SECRET.test(name);
    return isSecret && value.trim() !== '' ? [value.trim()] : [];
  });
  // A secret of several lines is also one line by line wherever it is printed.
  return [...new Set(found.flatMap((secret) => [secret, ...linesOf(secret)]))];
}

function linesOf(secret: string): string[] {
  return secret
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= 8);
}

/** @throws UsageError where there is no such command. */
export function findCommand(program: Command, name: string): Command {
  const commands = program.commands.filter((command) => !NO_ACTION.includes(command.name()));
  const found = commands.find((command) => command.name() === name);
  if (found !== undefined) return found;
  const names = commands.map((command) => command.name());
  const meant = nearest(name, names);
  throw new UsageError(`the input command is "${name}", and there is no such command`, {
    hint: meant === undefined ? `Write one of ${names.join(', ')}.` : `Did you mean ${meant}?`,
  });
}

/** @throws UsageError where an input that says yes or no says something else. */
export function readInputs(program: Command, command: Command): Inputs {
  const options = command.options.flatMap(optionWords);
  const given = command.registeredArguments.flatMap(argumentWords);
  const own = new Set<string>([...inputNames(command), ...ACTION_INPUTS, ...DEFAULTED]);
  const all = new Set(program.commands.flatMap(inputNames));
  return {
    args: [command.name(), ...options, ...(given.length === 0 ? [] : ['--', ...given])],
    ignored: [...all].filter((name) => !own.has(name) && input(name) !== ''),
  };
}

/** The names of a command's options and arguments. */
export function inputNames(command: Command): string[] {
  return [
    ...command.options.map((option) => option.name()),
    ...command.registeredArguments.map((argument) => argument.name()),
  ];
}

function optionWords(option: Option): string[] {
  const name = option.name();
  const value = input(name);
  if (value === '') return [];
  if (option.isBoolean() || option.negate) return yes(name, value) ? [`--${name}`] : [];
  const values = option.variadic ? listOf(value) : [value];
  return values.map((one) => `--${name}=${one}`);
}

function argumentWords(argument: Argument): string[] {
  const value = input(argument.name());
  if (value === '') return [];
  return argument.variadic ? listOf(value) : [value];
}

/** One a line, or with commas between. */
function listOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function yes(name: string, value: string): boolean {
  if (/^(?:true|True|TRUE)$/.test(value)) return true;
  if (/^(?:false|False|FALSE)$/.test(value)) return false;
  throw new UsageError(`the input ${name} is "${value}"`, { hint: 'Write true or false.' });
}

/** What to write where an input is missing; undefined for what else may be wrong with a command line. */
export function hintForMissing(program: Command, message: string): string | undefined {
  const [, option, argument] =
    /required option '--([a-z-]+)|missing required argument '([a-z-]+)'/.exec(message) ?? [];
  const all = program.commands.flatMap((command) => [...command.options, ...command.registeredArguments]);
  const description = all.find((one) => one.name() === (option ?? argument))?.description;
  return description && `Write it under with: ${description}.`;
}

/** An option with its value, where a hint says what to write. */
const EXAMPLE = /\b(as in|with|[Uu]se|or) --([a-z][a-z-]*) (?!or\b|and\b)([^\s",]+)/g;

/** A message of the command line in the words of a workflow: `--registry` is the input registry there. */
export function inWordsOfInputs(program: Command, text: string): string {
  const names = new Set(program.commands.flatMap(inputNames));
  return (
    text
      .replace(/^error: /, '')
      .replaceAll(EXAMPLE, (words, lead: string, name: string, value: string) =>
        names.has(name) ? `${lead} ${name}: ${value}` : words,
      )
      .replaceAll(/'?--([a-z][a-z-]*)(?: [<[][^>\]]*[>\]])?'?/g, (words, name: string) =>
        names.has(name) ? `the input ${name}` : words,
      )
      .replace(/required option (the input [a-z-]+) not specified/, '$1 is missing')
      .replace('option the input', 'the input')
      .replace(/missing required argument '([^']*)'/, 'the input $1 is missing')
      .replace(/(the input [a-z-]+) argument ('.*') is invalid\./, '$1 is $2.')
      .replace(/command-argument value ('.*') is invalid for argument '([^']*)'\./, 'the input $2 is $1.')
      // On the job's page the underscore is an entity.
      .replaceAll(/\bHF(?:_|&#95;)TOKEN\b/g, 'the input hf-token')
  );
}
