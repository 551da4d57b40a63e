/** What other tools read of an artifact in a registry of plain http (.ci/tools builds them). */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { folderHashes } from './folder-hashes.ts';
import { serviceAddress } from './services.ts';
import { temporaryFolder } from './temporary.ts';

const run = promisify(execFile);

type Hashes = Record<string, string>;

/** `kit unpack`: path → SHA-256 of what it wrote, without the Kitfile that it adds. */
export async function kitUnpack(reference: string): Promise<Hashes> {
  await using folder = await temporaryFolder();
  const output = join(folder.path, 'out');
  await kit(folder.path, ['unpack', '--plain-http', reference, '-d', output]);
  const { Kitfile: _, ...files } = await folderHashes(output);
  return files;
}

/** `kit inspect`: its JSON document. */
export async function kitInspect(reference: string): Promise<{ kitfile: object }> {
  await using folder = await temporaryFolder();
  const stdout = await kit(folder.path, ['inspect', '--remote', '--plain-http', reference]);
  return JSON.parse(stdout) as { kitfile: object };
}

/** `kit pack` of a folder with a Kitfile, and `kit push`. */
export async function kitPush(context: string, reference: string, options: readonly string[]): Promise<void> {
  await using folder = await temporaryFolder();
  await kit(folder.path, ['pack', context, ...options, '-t', reference]);
  await kit(folder.path, ['push', '--plain-http', reference]);
}

async function kit(home: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, KITOPS_HOME: join(home, 'kit') };
  const { stdout } = await run(serviceAddress('KIT'), ['--progress=none', ...args], { env });
  return stdout;
}

/** `modctl pull` and `extract`, and what `modctl inspect` says. */
export async function modctlPull(reference: string): Promise<{ files: Hashes; inspected: object }> {
  await using folder = await temporaryFolder();
  const modctl = async (...args: string[]): Promise<string> => {
    const home = ['--storage-dir', join(folder.path, 'storage'), '--log-dir', join(folder.path, 'log')];
    return (await run(serviceAddress('MODCTL'), [...args, ...home])).stdout;
  };
  const output = join(folder.path, 'out');
  await modctl('pull', '--plain-http', reference);
  await modctl('extract', reference, '--output', output);
  const inspected = JSON.parse(await modctl('inspect', reference)) as object;
  return { files: await folderHashes(output), inspected };
}

/** What Docker Model Runner gives to its backend. */
export async function dockerModelPull(reference: string): Promise<Hashes> {
  await using folder = await temporaryFolder();
  const { stdout } = await run(serviceAddress('DOCKER_MODEL_PULL'), [reference, folder.path]);
  return await folderHashes(join(stdout.trim(), 'model'));
}
