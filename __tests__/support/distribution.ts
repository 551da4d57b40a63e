/** A CNCF distribution of a test's own, with the configuration that it wants, from the `registry` on the PATH. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { codeOf } from '../../src/errors.ts';

export interface Distribution extends AsyncDisposable {
  host: string;
}

/** @param files by the names that `auth` has for them, as `{folder}/name` */
export async function startDistribution(auth: unknown, files: Record<string, string>): Promise<Distribution> {
  const folder = await mkdtemp(join(tmpdir(), 'distribution-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') } },
    http: { addr: host },
    auth,
  };
  // JSON is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config).replaceAll('{folder}', folder));
  const registry = spawn('registry', ['serve', join(folder, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const dispose = async (): Promise<void> => {
    if (registry.exitCode === null) {
      registry.kill();
      await once(registry, 'exit');
    }
    await rm(folder, { recursive: true });
  };
  try {
    await answering(host, registry);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { host, [Symbol.asyncDispose]: dispose };
}

/** Below those that the system gives to whoever asks for any, so that nobody gets it before it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      if (codeOf(error) === 'EADDRINUSE') continue;
      throw error;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}

async function answering(host: string, registry: ChildProcess): Promise<void> {
  let said = '';
  registry.stderr?.on('data', (data: Buffer) => {
    said += data.toString();
  });
  await once(registry, 'spawn');
  for (let time = 0; time < 200; time += 1) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer) return;
    if (registry.exitCode !== null) break;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`The registry did not start: ${said}`);
}
