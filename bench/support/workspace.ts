/** A temporary folder, and the daemons that work in it; both are gone when the bench ends, however it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Daemon {
  pid: number;
  /** What it prints goes into this file. */
  log: string;
  stop(): Promise<void>;
}

export interface DaemonOptions {
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Asked again and again until it says true or 60 seconds have passed. */
  ready(log: string): Promise<boolean>;
  /** What is to be done once it has ended, for instance unmounting. */
  afterwards?(): void;
}

export interface Workspace {
  /** A path below the temporary folder. */
  path(...parts: readonly string[]): string;
  start(options: DaemonOptions): Promise<Daemon>;
}

const READY_SECONDS = 60;
const STOP_SECONDS = 20;

/** Runs a bench in a folder of its own. `BENCH_TMP` names where, when the system's folder is too small (20 GB). */
export async function withWorkspace(work: (workspace: Workspace) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(process.env['BENCH_TMP'] ?? tmpdir(), 'ai-action-bench-'));
  const daemons = new Set<Daemon>();
  const clean = async () => {
    await Promise.all([...daemons].map((daemon) => daemon.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const interrupted = () => void clean().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await work({
      path: (...parts) => join(folder, ...parts),
      start: async (options) => {
        const daemon = await startDaemon(folder, options, () => daemons.delete(daemon));
        daemons.add(daemon);
        return daemon;
      },
    });
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await clean();
  }
}

async function startDaemon(folder: string, options: DaemonOptions, onStop: () => void): Promise<Daemon> {
  const log = join(folder, `${options.name}.log`);
  const output = openSync(log, 'w');
  const child = spawn(options.command, options.args, {
    env: options.env ?? process.env,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`${options.name} ended with ${code}:\n${readFileSync(log, 'utf8').slice(-2000)}`)),
    );
  });
  failed.catch(() => undefined); // it matters only until the daemon is ready
  const daemon = {
    pid: child.pid ?? 0,
    log,
    stop: async () => {
      await end(child);
      options.afterwards?.();
      onStop();
    },
  };
  try {
    await Promise.race([failed, untilReady(options, log)]);
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  return daemon;
}

async function untilReady(options: DaemonOptions, log: string): Promise<void> {
  const deadline = performance.now() + READY_SECONDS * 1000;
  while (!(await options.ready(log))) {
    if (performance.now() > deadline) {
      throw new Error(`${options.name} did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
    }
    await sleep(50);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000);
  await ended;
  clearTimeout(killer);
}

/** A TCP port of 127.0.0.1 that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/** Whether something answers http there. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
