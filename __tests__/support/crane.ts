/** crane, a reader of images that is not ours: used where it is on the PATH, and needed where no test may be left out. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';

export const HAS_CRANE =
  Boolean(process.env['AI_ACTION_REQUIRE_SERVICES']) || spawnSync('crane', ['version']).status === 0;

/**
 * Has crane find every digest, size and diffID of an image right.
 * @param options `--fast` leaves the layers' content out: crane takes each for gzip
 */
export async function validateByCrane(reference: string, options: readonly string[] = []): Promise<void> {
  if (!HAS_CRANE) return;
  const { stdout } = await promisify(execFile)('crane', ['validate', ...options, '--remote', reference]);
  expect(stdout).toContain('PASS');
}
