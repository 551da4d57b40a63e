/** Runs buildx: as Docker's plugin, or as the program of its own that it can be as well. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { codeOf, UserError } from '../../errors.ts';
import { STREAM_INSTEAD } from './hints.ts';

/** The words before `build`, `inspect` and the like. */
export type Buildx = readonly [program: string, ...words: string[]];

export interface RunOptions {
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** Told each line of stderr, where buildx shows its progress. */
  onLine?: (line: string) => void;
}

export interface Outcome {
  code: number | null;
  stdout: string;
  /** Its last lines. */
  stderr: string;
}

const CANDIDATES: readonly Buildx[] = [['docker', 'buildx'], ['buildx']];

/** What is kept of stderr, in lines: the reason of a failure stands at its end. */
const KEPT_LINES = 200;

/** Seconds that buildx has to end what it began, once it was asked to. */
const PATIENCE = 15;

/** @throws UserError where neither is there. */
export async function findBuildx(options: RunOptions): Promise<Buildx> {
  for (const candidate of CANDIDATES) {
    const outcome = await runBuildx(candidate, ['version'], options);
    if (outcome?.code === 0) return candidate;
  }
  throw new UserError('The buildx builder needs Docker with buildx, and there is none on the PATH.', {
    hint: `Install Docker, or its plugin buildx alone; or ${STREAM_INSTEAD}.`,
  });
}

/**
 * @returns undefined where there is no such program.
 * @throws the signal's reason, after the program has ended
 */
export async function runBuildx(
  [program, ...words]: Buildx,
  args: readonly string[],
  { env, signal, onLine }: RunOptions,
): Promise<Outcome | undefined> {
  signal.throwIfAborted();
  const child = spawn(program, [...words, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  let impatience: NodeJS.Timeout | undefined;
  const end = (): void => {
    child.kill('SIGTERM');
    impatience = setTimeout(kill, PATIENCE * 1000);
  };
  signal.addEventListener('abort', end, { once: true });
  // However this process ends.
  process.once('exit', kill);
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() === '') return;
    said.push(line);
    if (said.length > KEPT_LINES) said.shift();
    onLine?.(line);
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    signal.throwIfAborted();
    return { code, stdout, stderr: said.join('\n') };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
    process.off('exit', kill);
    clearTimeout(impatience);
  }
}
