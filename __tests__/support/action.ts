/** The action's entry, `node src/main.ts` or that of the bundle, run as GitHub's runner runs it. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { temporaryFolder } from './temporary.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface ActionRun {
  /** Folder that the job works in: GITHUB_WORKSPACE. */
  workspace: string;
  /** The program; by default that of the sources. */
  main?: string;
  inputs?: Readonly<Record<string, string>>;
  /** GITHUB_EVENT_NAME; `push` by default. */
  eventName?: string;
  event?: object;
  env?: Readonly<Record<string, string>>;
  /** The job is cancelled as soon as the log has this. */
  cancelAt?: string;
  /** What `main` has left, to run `post`. */
  state?: Readonly<Record<string, string>>;
}

export interface ActionOutcome {
  code: number | null;
  log: string;
  /** The lines of the log that are annotations. */
  annotations: LoggedAnnotation[];
  outputs: Record<string, string>;
  state: Record<string, string>;
  summary: string;
}

export interface LoggedAnnotation {
  severity: string;
  /** `file`, `line`, `endLine`, `col`, `endColumn`, `title` */
  properties: Record<string, string>;
  message: string;
}

export async function runAction(run: ActionRun): Promise<ActionOutcome> {
  await using files = await temporaryFolder();
  const at = (name: string): string => join(files.path, name);
  await writeFile(at('event.json'), JSON.stringify(run.event ?? {}));
  for (const name of ['output', 'state', 'summary']) await writeFile(at(name), '');
  await mkdir(at('temp'));
  const given = Object.entries(run.inputs ?? {}).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  const left = Object.entries(run.state ?? {}).map(([name, value]) => [`STATE_${name}`, value]);
  const child = spawn(process.execPath, [run.main ?? MAIN], {
    cwd: run.workspace,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: at('.'),
      INPUT_COMMAND: 'publish',
      INPUT_MODELS: 'models/models.yaml',
      DOCKER_CONFIG: at('docker'),
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: run.workspace,
      GITHUB_REPOSITORY: 'acme/models',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_RUN_ID: '7',
      GITHUB_EVENT_NAME: run.eventName ?? 'push',
      GITHUB_EVENT_PATH: at('event.json'),
      GITHUB_OUTPUT: at('output'),
      GITHUB_STATE: at('state'),
      GITHUB_STEP_SUMMARY: at('summary'),
      RUNNER_TEMP: at('temp'),
      ...Object.fromEntries(given),
      ...Object.fromEntries(left),
      ...run.env,
    },
  });
  let seen = '';
  child.stdout.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
    // Once, as the runner does: a second one may meet a process that is about to exit and has no handlers any more.
    if (run.cancelAt !== undefined && !child.killed && seen.includes(run.cancelAt)) child.kill('SIGINT');
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const [log, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return {
    code: await closed,
    log: log + errors,
    annotations: annotationsIn(log),
    outputs: keyValues(await readFile(at('output'), 'utf8')),
    state: keyValues(await readFile(at('state'), 'utf8')),
    summary: await readFile(at('summary'), 'utf8'),
  };
}

function annotationsIn(log: string): LoggedAnnotation[] {
  return [...log.matchAll(/^::(error|warning|notice)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)$/gm)].map(
    ([, severity = '', properties = '', message = '']) => ({
      severity,
      properties: Object.fromEntries(
        properties.split(',').flatMap((property) => {
          const [name = '', value] = property.split('=');
          return value === undefined ? [] : [[name, unescaped(value)]];
        }),
      ),
      message: unescaped(message),
    }),
  );
}

function unescaped(escaped: string): string {
  return escaped
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%');
}

/** The runner's files of `name<<delimiter`, the value and the delimiter again; the last of a name counts. */
function keyValues(file: string): Record<string, string> {
  return Object.fromEntries(
    [...file.matchAll(/^(\S+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name = '', , value = '']) => [
      name,
      value,
    ]),
  );
}
