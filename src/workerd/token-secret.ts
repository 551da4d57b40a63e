import { createHmac, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * What signs the tokens of `docker login`: kept with what the registry keeps, so that a push that was on its way when
 * the registry was started anew goes on. Docker asks for a token once a push, and takes a refused one as the end.
 * @param directory of the registry's storage, which this process has locked
 * @param token what pushes have to prove: another ends all sign-ins
 */
export async function tokenSecret(directory: string, token = ''): Promise<string> {
  const file = path.join(directory, 'secret');
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  const secret = WHOLE.test(kept) ? kept : `${randomBytes(32).toString('hex')}\n`;
  if (secret !== kept) await writeFile(file, secret, { mode: 0o600 });
  return createHmac('sha256', secret).update(token).digest('hex');
}

/** A process that was killed may have written a part. */
const WHOLE = /^[\da-f]{64}\n$/;
