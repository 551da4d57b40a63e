/** A registry of its own for a test file: the real Worker in workerd, on a free port and a new directory. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { ServeOptions } from '../../src/workerd/serve.ts';

export interface TestRegistry {
  /** As in http://127.0.0.1:41234 */
  url: string;
  /** The process that runs `serve`. */
  process: ChildProcess;
  storage: string;
  /** What the Worker and the command wrote so far. */
  log: () => string;
  stop: () => Promise<void>;
}

export interface StartError {
  name: string;
  message: string;
  hint?: string;
}

export interface TestOptions extends Partial<ServeOptions> {
  /** The file in this folder of a Worker that is run in place of ours, with `storage` and `variables` alone. */
  worker?: string;
}

/** @throws what `serve` threw, as its message. */
export async function startRegistry(options: TestOptions = {}): Promise<TestRegistry> {
  const started = await tryToStart(options);
  if ('error' in started) throw new Error(`${started.error.name}: ${started.error.message}`);
  return started;
}

export async function tryToStart(options: TestOptions = {}): Promise<TestRegistry | { error: StartError }> {
  const storage = options.storage ?? (await mkdtemp(path.join(tmpdir(), 'registry-')));
  const file = path.join(import.meta.dirname, 'serve.ts');
  const child = spawn(process.execPath, [file, JSON.stringify({ port: 0, ...options, storage })], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let log = '';
  child.stderr.on('data', (data: Buffer) => (log += data.toString()));
  const removeStorage = async (): Promise<void> => {
    if (options.storage === undefined) await rm(storage, { recursive: true, force: true });
  };
  for await (const line of createInterface(child.stdout)) {
    const answer = JSON.parse(line) as { url: string } | { error: StartError };
    if ('error' in answer) {
      await removeStorage();
      return answer;
    }
    const stop = async (): Promise<void> => {
      const exit = once(child, 'exit');
      child.stdin.end();
      if (child.exitCode === null && child.signalCode === null) await exit;
      await removeStorage();
    };
    return { url: answer.url, process: child, storage, log: () => log, stop };
  }
  throw new Error(`the registry did not start: ${log}`);
}

/** Bytes that are the same each time and don't repeat. */
export function someBytes(length: number, seed = 1): Buffer<ArrayBuffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  return Buffer.from(cipher.update(Buffer.alloc(length)));
}
