/**
 * Workflows as GitHub runs them, by `act`, without Docker and without a network: the reusable workflows of this
 * repository and callers of them, on the sources of the action. See the folder act/ for what stands in for others'
 * actions.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { parse } from 'yaml';

import { serviceAddress } from './services.ts';
import { temporaryFolder } from './temporary.ts';

const SOURCE = join(import.meta.dirname, '../..');
const STAND_INS = join(import.meta.dirname, 'act');

const run = promisify(execFile);

/** A git repository with a list and callers of the workflows. */
export interface CallerRepository extends AsyncDisposable {
  folder: string;
  /** Writes files and commits all. @returns the commit */
  commit(files: Readonly<Record<string, string>>): Promise<string>;
  git(...args: string[]): Promise<string>;
}

export async function callerRepository(): Promise<CallerRepository> {
  const folder = await temporaryFolder();
  const repository = openRepository(folder.path, async () => folder[Symbol.asyncDispose]());
  await repository.git('init', '--quiet', '--initial-branch=main');
  await repository.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  return repository;
}

/** As actions/checkout does it by default: the newest commit alone. */
export async function shallowClone({ folder }: CallerRepository): Promise<CallerRepository> {
  const clone = await temporaryFolder();
  await run('git', ['clone', '--quiet', '--depth=1', `file://${folder}`, clone.path]);
  return openRepository(clone.path, async () => clone[Symbol.asyncDispose]());
}

function openRepository(folder: string, dispose: () => Promise<void>): CallerRepository {
  const identity = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', ['-C', folder, ...identity, ...args])).stdout.trim();
  return {
    folder,
    git,
    async commit(files) {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
      await git('add', '--all');
      await git('commit', '--quiet', '--message', 'Change the list');
      return git('rev-parse', 'HEAD');
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** A caller as workflows/ has it for copying, with these inputs instead of its own. */
export async function callerOf(workflow: string, inputs: Record<string, unknown>): Promise<string> {
  const caller = parse(await readFile(join(SOURCE, 'workflows', workflow), 'utf8')) as {
    jobs: Record<string, { with?: object; secrets?: object }>;
  };
  for (const job of Object.values(caller.jobs)) {
    job.with = inputs;
    delete job.secrets;
  }
  // JSON is YAML.
  return JSON.stringify(caller);
}

export interface ActOptions {
  /** Name of a file of .github/workflows in the repository. */
  workflow: string;
  event: string;
  payload?: object;
  env?: Readonly<Record<string, string>>;
  /** Holds what outlives a run: caches and artifacts. */
  state: string;
  /** Number of the run: artifacts are a run's own, and the run that runs again has them. */
  run: number;
}

export interface ActOutcome {
  succeeded: boolean;
  /** `job: step` → `success` or `failure`, and `skipped` where its condition said so. */
  steps: Record<string, string>;
  annotations: { severity: string; message: string; properties: Record<string, string> }[];
  /** Markdown of each job's page. */
  summaries: string[];
  /** Outputs of all steps by name; the last of a name counts. */
  outputs: Record<string, string>;
  /** What the steps wrote, without what they masked. */
  log: string;
}

export async function runAct(repository: CallerRepository, options: ActOptions): Promise<ActOutcome> {
  const { workflow, event, payload = {}, state } = options;
  // Each run has a new runner, and all runners have the same paths: caches are found by them.
  const home = join(state, 'home');
  await rm(home, { recursive: true, force: true });
  const called = await calledWorkflows(home);
  const payloadFile = join(home, 'event.json');
  await writeFile(payloadFile, JSON.stringify(payload));
  const environment = { ...(await jobEnvironment(options)), ...options.env };
  const child = spawn(
    serviceAddress('ACT'),
    [
      event,
      '--json',
      ...words({
        directory: repository.folder,
        workflows: `.github/workflows/${workflow}`,
        eventpath: payloadFile,
        'env-file': '/dev/null',
        env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
        secret: 'GITHUB_TOKEN=ghs_of_the_job',
        platform: 'ubuntu-latest=-self-hosted',
        'action-cache-path': join(home, 'actions'),
        'cache-server-addr': '127.0.0.1',
        'cache-server-path': join(state, 'cache'),
        'local-repository': [`depot/ai-action@v1=${called}`, ...(await standIns())],
      }),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { HOME: home, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
    },
  );
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const [lines, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const outcome = readLines(lines);
  return { ...outcome, succeeded: (await code) === 0, log: outcome.log + errors };
}

function words(options: Readonly<Record<string, string | readonly string[]>>): string[] {
  return Object.entries(options).flatMap(([name, values]) =>
    [values].flat().map((value) => `--${name}=${value}`),
  );
}

/** What GitHub's runner sets and act does not, and what the stand-ins need. */
async function jobEnvironment({ workflow, state, run: number }: ActOptions): Promise<Record<string, string>> {
  const artifacts = join(state, 'artifacts', String(number));
  await mkdir(artifacts, { recursive: true });
  const inherited = ['DOCKER_CONFIG', 'BUILDX_BUILDER', 'BUILDX_CONFIG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(inherited),
    GITHUB_REPOSITORY: 'acme/models',
    GITHUB_RUN_ID: String(number),
    GITHUB_WORKFLOW_REF: `acme/models/.github/workflows/${workflow}@refs/heads/main`,
    AI_ACTION_SOURCE: SOURCE,
    ACT_ARTIFACTS: artifacts,
  };
}

const REUSABLE = ['publish.yml', 'validate.yml', 'update.yml', 'prune.yml'];

async function readReusable(): Promise<{ name: string; content: string }[]> {
  return Promise.all(
    REUSABLE.map(async (name) => ({
      name,
      content: await readFile(join(SOURCE, '.github/workflows', name), 'utf8'),
    })),
  );
}

/** The reusable workflows in a folder of their own, without the rest of this repository. */
async function calledWorkflows(home: string): Promise<string> {
  const folder = join(home, 'called');
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  for (const { name, content } of await readReusable()) {
    // act 0.2.89 refuses what GitHub has known since: that runs wait in line.
    await writeFile(join(folder, '.github/workflows', name), content.replace(/^ {2}queue: max\n/m, ''));
  }
  return folder;
}

/** `owner/name@commit=folder` for each action of others that the workflows use. */
async function standIns(): Promise<string[]> {
  const all = (await readReusable()).map(({ content }) => content).join('');
  const used = new Map(
    [...all.matchAll(/uses: ([\w-]+\/([\w-]+)@[0-9a-f]{40})/g)].map(([, uses = '', name = '']) => [
      uses,
      name,
    ]),
  );
  return [...used].map(([uses, name]) => `${uses}=${join(STAND_INS, name)}`);
}

interface ActLine {
  job?: string;
  step?: string;
  stage?: string;
  stepResult?: string;
  command?: string;
  name?: string;
  arg?: string;
  content?: string;
  kvPairs?: Record<string, string>;
  msg?: string;
}

function readLines(output: string): Omit<ActOutcome, 'succeeded'> {
  const lines = output.split('\n').flatMap(parseLine);
  const steps = lines.flatMap(({ job = '', step, stage, stepResult }) =>
    stepResult === undefined || stage !== 'Main' ? [] : [[`${jobName(job)}: ${step}`, stepResult]],
  );
  const commands = (...names: string[]): ActLine[] =>
    lines.filter(({ command = '' }) => names.includes(command));
  return {
    steps: Object.fromEntries(steps) as Record<string, string>,
    annotations: commands('error', 'warning', 'notice').map(({ command = '', arg = '', kvPairs = {} }) => ({
      severity: command,
      message: arg,
      properties: kvPairs,
    })),
    summaries: commands('summary').map(({ content = '' }) => content),
    outputs: Object.fromEntries(commands('set-output').map(({ name, arg }) => [name, arg])) as Record<
      string,
      string
    >,
    log: lines.map(({ msg = '' }) => msg.trimEnd()).join('\n'),
  };
}

/** `publish/publish/publish (2)-2` → `publish (2)` */
function jobName(job: string): string {
  return (
    job
      .split('/')
      .at(-1)
      ?.trim()
      .replace(/(\))-\d+$/, '$1') ?? ''
  );
}

function parseLine(line: string): ActLine[] {
  if (!line.startsWith('{')) return [];
  return [JSON.parse(line) as ActLine];
}
