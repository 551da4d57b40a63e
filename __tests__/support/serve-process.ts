/** Our own registry as users run it: `ai-action serve`, a process of its own, on a free port with its data in a temporary folder. */
import { createInterface } from 'node:readline';

import { startAiAction } from './ai-action.ts';
import { temporaryFolder } from './temporary.ts';

export interface RunningServe extends AsyncDisposable {
  /** host:port */
  host: string;
}

/** @param options further ones of the command */
export async function startServe(...options: readonly string[]): Promise<RunningServe> {
  const storage = await temporaryFolder();
  const { child, ended } = startAiAction(['serve', '--port', '0', '--storage', storage.path, ...options]);
  const host = await new Promise<string>((resolve, reject) => {
    if (child.stdout) {
      createInterface(child.stdout).on('line', (line) => {
        const [, named] = /answers at http:\/\/(\S+)/.exec(line) ?? [];
        if (named !== undefined) resolve(named.replace('localhost', '127.0.0.1'));
      });
    }
    ended.then(({ stderr }) => reject(new Error(`serve did not start: ${stderr}`)), reject);
  });
  return {
    host,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      await storage[Symbol.asyncDispose]();
    },
  };
}
