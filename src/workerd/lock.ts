import path from 'node:path';
import { UsageError, UserError } from '../errors.ts';
import { isAlive } from '../is-alive.ts';
import { type Lock, takeLock } from '../lock-file.ts';
import { makeFolder } from '../make-folder.ts';

/**
 * Takes a storage directory for this process, since two servers over the same files would tear them apart. A lock
 * whose process is gone is taken over.
 * @returns what gives it back
 * @throws UsageError where the directory cannot be used; UserError where another process has it
 */
export async function lockStorage(directory: string): Promise<() => Promise<void>> {
  const file = path.join(directory, 'lock');
  const lock = await lockIn(directory, file);
  if ('release' in lock) return lock.release;
  const pid = lock.holder.trim();
  throw new UserError(`The storage directory ${directory} is in use by process ${pid}.`, {
    hint: `Stop that one, or name another directory with --storage. (If process ${pid} is no registry, remove ${file}.)`,
  });
}

async function lockIn(directory: string, file: string): Promise<Lock> {
  try {
    await makeFolder(directory);
    return await takeLock(file, `${process.pid}\n`, (holder) => !isAlive(Number(holder)));
  } catch (error) {
    throw new UsageError(`The storage directory ${directory} cannot be used: ${(error as Error).message}`, {
      hint: 'Name another with --storage, which may be made and written to.',
      cause: error,
    });
  }
}
