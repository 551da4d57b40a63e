/** The real command line, `node src/cli.ts …` or that of the bundle, as a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface Outcome {
  /** Exit code; null where a signal ended the process. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  child: ChildProcess;
  ended: Promise<Outcome>;
  /** The most memory that the process had so far, in bytes (Linux). */
  peakMemory(): number;
}

export interface CommandOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** The program; by default that of the sources. */
  cli?: string;
  /** In a process group of its own, as a shell starts it: `process.kill(-pid, …)` is what a terminal sends. */
  detached?: boolean;
}

export function startAiAction(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const { env, cwd, cli = CLI, detached = false } = options;
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const outcome = async (): Promise<Outcome> => {
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, stdout, stderr };
  };
  let peak = 0;
  const look = setInterval(() => (peak = Math.max(peak, highWaterMark(child.pid))), 20);
  const ended = outcome().finally(() => clearInterval(look));
  return { child, ended, peakMemory: () => peak };
}

/** Runs a command to its end. */
export async function aiAction(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  return startAiAction(args, options).ended;
}

/** Runs a command with `--json`. @throws Error where it does not print one JSON document and nothing else */
export async function aiActionJson(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Outcome & { json: unknown }> {
  const outcome = await aiAction([...args, '--json'], options);
  try {
    return { ...outcome, json: JSON.parse(outcome.stdout) as unknown };
  } catch (cause) {
    throw new Error(`no JSON document: ${outcome.stdout}\n${outcome.stderr}`, { cause });
  }
}

/** The machine's own, without what would have a test depend on who runs it. */
function environment(): NodeJS.ProcessEnv {
  const { HF_TOKEN: _token, HF_ENDPOINT: _hub, NODE_OPTIONS: _options, ...env } = process.env;
  // No sign-in of the user's, and nothing written to the user's cache.
  return {
    ...env,
    DOCKER_CONFIG: join(tmpdir(), 'no-docker-config'),
    XDG_CACHE_HOME: join(tmpdir(), 'ai-action-tests'),
  };
}

function highWaterMark(pid: number | undefined): number {
  try {
    const [, kibibytes = '0'] =
      /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes) * 1024;
  } catch {
    // It is over, or has not begun.
    return 0;
  }
}
