import { createHmac, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../errors.ts';

/**
 * What signs the tokens of `docker login`: kept with what the registry keeps, so that a push that was on its way when
 * the registry was started anew goes on. Docker asks for a token once a push, and takes a refused one as the end.
 * @param directory of the registry's storage, which this process has locked
 * @param token what pushes have to prove: another ends all sign-ins
 * @throws UserError where the file can be neither read nor written
 */
export async function tokenSecret(directory: string, token = ''): Promise<string> {
  const file = path.join(directory, 'secret');
  const secret = await keptSecret(file).catch((error: unknown) => {
    throw new UserError(`${file} cannot be used: ${(error as Error).message}`, {
      hint: 'It is this user’s to read and write, and may be removed, which ends all sign-ins. Or name another directory with --storage.',
      cause: error,
    });
  });
  return createHmac('sha256', secret).update(token).digest('hex');
}

async function keptSecret(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  if (WHOLE.test(kept)) return kept;
  const secret = `${randomBytes(32).toString('hex')}\n`;
  await writeFile(file, secret, { mode: 0o600 });
  return secret;
}

/** A process that was killed may have written a part. */
const WHOLE = /^[\da-f]{64}\n$/;
