/** The Hub's stand-in as a process of its own, for models whose bytes the tests' process should not have to move. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('hub-server.ts', import.meta.url));

export interface HubProcess extends AsyncDisposable {
  /** For `HF_ENDPOINT`. */
  url: string;
  /** @throws Error where it has no model of this name */
  shaOf(name: string): string;
}

/** @param args of hub-server.ts */
export async function startHubProcess(args: readonly string[]): Promise<HubProcess> {
  const child = spawn(process.execPath, [SERVER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the Hub's stand-in ended with ${code}`)));
  });
  const { url, models } = JSON.parse(line) as { url: string; models: { name: string; sha: string }[] };
  return {
    url,
    shaOf(name) {
      const model = models.find((candidate) => candidate.name === name);
      if (!model) throw new Error(`the Hub's stand-in has no ${name}`);
      return model.sha;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
