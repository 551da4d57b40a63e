/** `ai-action serve` as a process of its own, on a free port. */
import { startAiAction } from './ai-action.ts';

export interface Serving {
  /** localhost:port */
  host: string;
  /** On standard output so far. */
  printed: () => string;
  /** Ends it as Ctrl-C does. @returns its exit code */
  stop: () => Promise<number | null>;
  [Symbol.asyncDispose]: () => Promise<void>;
}

/** Waits until it serves, and has published what it is to. @throws Error where it ends before */
export async function startServing(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Serving> {
  const { child, ended } = startAiAction(['serve', '--port', '0', ...args], { env });
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => {
      printed += text.toString();
      if (printed.includes('Ctrl-C ends it')) resolve();
    });
    child.once('exit', () => reject(new Error(`it ended: ${printed}`)));
  });
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    return (await ended).code;
  };
  return {
    host: /http:\/\/(localhost:\d+)/.exec(printed)?.[1] ?? '',
    printed: () => printed,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}
