/** The options of `ai-action container`, and what they mean. */
import { Option } from 'commander';

import { ArtifactError } from '../artifacts/artifact-error.ts';
import { ROLES } from '../artifacts/artifact.ts';
import { parseChoice, type Choice } from '../artifacts/choose.ts';
import type { ContainerSettings } from '../containers/settings.ts';
import { UsageError } from '../errors.ts';
import type { ReadOptions } from './open-reference.ts';

export interface ContainerOptions extends ReadOptions {
  base: string;
  to?: string;
  with?: string[];
  platform?: string[];
  workdir?: string;
  env?: Record<string, string>;
  entrypoint?: string[];
  cmd?: string[];
  label?: Record<string, string>;
  dryRun?: boolean;
}

export function containerOptions(): Option[] {
  const words = 'as in a Dockerfile: ["a", "b"], or a line for the shell';
  return [
    new Option(
      '--base <image>',
      'the image that it runs on: python:3.12-slim, registry.example/owner/image:tag',
    ).makeOptionMandatory(),
    new Option('--to <reference>', 'where it goes (default: the artifact’s repository, at TAG-container)'),
    new Option(
      '--with <parts>',
      `what of the artifact gets in: ${ROLES.join(', ')}; datasets:train is the one of that name or path (default: everything)`,
    ).argParser(listed),
    new Option('--platform <os/arch>', 'for which of the base’s platforms (default: all of them)').argParser(
      listed,
    ),
    new Option('--workdir <path>', 'the folder that it starts in (default: the base’s)').argParser(absolute),
    new Option('--env <name=value>', 'a variable over those of the base; may come several times').argParser(
      pairs,
    ),
    new Option('--entrypoint <words>', `what it runs, ${words} (default: the base’s)`).argParser(command),
    new Option('--cmd <words>', `arguments of that, ${words} (default: the base’s)`).argParser(command),
    new Option('--label <name=value>', 'a label over those of the base; may come several times').argParser(
      pairs,
    ),
    new Option('--dry-run', 'read and compose everything, and write nothing'),
  ];
}

export function settingsOf({ workdir, env, entrypoint, cmd, label }: ContainerOptions): ContainerSettings {
  return {
    ...(workdir === undefined ? {} : { workdir }),
    ...(env === undefined ? {} : { env }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(cmd === undefined ? {} : { cmd }),
    ...(label === undefined ? {} : { labels: label }),
  };
}

/** @throws UsageError */
export function choicesOf(parts: readonly string[] = []): Choice[] {
  try {
    return parts.map(parseChoice);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new UsageError(`--with: ${error.message}`, { hint: error.hint, cause: error });
  }
}

/** With commas between, or one a line. */
function listed(text: string, before: readonly string[] = []): string[] {
  const items = text.split(/[\n,]/).map((item) => item.trim());
  return [...before, ...items.filter((item) => item !== '')];
}

/** One a line: a value may have commas. */
function pairs(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const entries = lines.map((line): [string, string] => {
    const equals = line.indexOf('=');
    if (equals < 1) {
      throw new UsageError(`"${line}" is not NAME=VALUE.`, {
        hint: 'Write it as in --env OMP_NUM_THREADS=1.',
      });
    }
    return [line.slice(0, equals).trim(), line.slice(equals + 1)];
  });
  return { ...before, ...Object.fromEntries(entries) };
}

function absolute(path: string): string {
  if (path.startsWith('/')) return path;
  throw new UsageError(`--workdir "${path}" is not an absolute path.`, { hint: `Write /${path}.` });
}

/** A list in JSON is run as it is, anything else by the shell (Dockerfile reference, "Shell and exec form"). */
function command(text: string): string[] {
  if (!text.trimStart().startsWith('[')) return ['/bin/sh', '-c', text];
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UsageError(`${text} is no list of texts in JSON.`, {
    hint: 'Write ["llama-server", "-m", "/model.gguf"].',
  });
}
