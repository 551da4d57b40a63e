import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { isAlive } from '../is-alive.ts';
import { makeFolder } from '../make-folder.ts';

/**
 * Takes a storage directory for this process, since two servers over the same files would tear them apart. A lock
 * whose process is gone is taken over.
 * @returns what gives it back
 * @throws UserError where another process has it
 */
export async function lockStorage(directory: string): Promise<() => Promise<void>> {
  await makeFolder(directory).catch((error: unknown) => {
    throw new UserError(`The storage directory ${directory} cannot be made: ${(error as Error).message}`, {
      hint: 'Name another with --storage.',
      cause: error,
    });
  });
  const file = path.join(directory, 'lock');
  for (;;) {
    try {
      await writeFile(file, `${process.pid}\n`, { flag: 'wx' });
      held.add(file);
      return async () => {
        held.delete(file);
        await rm(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(await readFile(file, 'utf8').catch(() => ''));
      // In a container that starts anew this process has the number of the one before.
      const isOwn = holder === process.pid && !held.has(file);
      if (!isOwn && isAlive(holder)) {
        throw new UserError(`The storage directory ${directory} is in use by process ${holder}.`, {
          hint: `Stop that one, or name another directory with --storage. (If process ${holder} is no registry, remove ${file}.)`,
          cause: error,
        });
      }
      await rm(file, { force: true });
    }
  }
}

/** Locks of this process. */
const held = new Set<string>();
