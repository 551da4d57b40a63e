/** `ai-action serve` as a process of its own, on a free port. */
import { startAiAction, type CommandOptions } from './ai-action.ts';

export interface Serving {
  /** Of the command's process. */
  pid: number;
  /** localhost:port */
  host: string;
  /** On standard output so far. */
  printed: () => string;
  /** Ends it as Ctrl-C does, which a terminal sends to workerd, too. */
  stop: () => Promise<Stopped>;
  [Symbol.asyncDispose]: () => Promise<void>;
}

export interface Stopped {
  /** Exit code; null where a signal ended the process. */
  code: number | null;
  /** What it wrote on standard error since it was to end. */
  stderr: string;
}

/** Waits until it serves, and has published what it is to. @throws Error where it ends before */
export async function startServing(args: readonly string[], options: CommandOptions = {}): Promise<Serving> {
  const { child, ended } = startAiAction(['serve', '--port', '0', ...args], { ...options, detached: true });
  let printed = '';
  let errors = '';
  child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => {
      printed += text.toString();
      if (printed.includes('Ctrl-C ends it')) resolve();
    });
    child.once('exit', () => reject(new Error(`it ended: ${printed}${errors}`)));
  });
  const { pid = 0 } = child;
  const stop = async (): Promise<Stopped> => {
    const before = errors.length;
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGINT');
    const { code, stderr } = await ended;
    return { code, stderr: stderr.slice(before) };
  };
  return {
    pid,
    host: /http:\/\/(localhost:\d+)/.exec(printed)?.[1] ?? '',
    printed: () => printed,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}
