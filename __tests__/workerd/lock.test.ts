import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { lockStorage } from '../../src/workerd/lock.ts';
import { temporaryFolder } from '../support/temporary.ts';

test.each([
  ['of a process that had our number, as in a container that starts anew', `${process.pid}\n`],
  ['of a process that is gone', '2147483646\n'],
  ['that a kill left empty', ''],
])('a lock %s is taken over', async (_what, content) => {
  await using storage = await temporaryFolder();
  await writeFile(join(storage.path, 'lock'), content);
  const unlock = await lockStorage(storage.path);
  expect(await readFile(join(storage.path, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
  await unlock();
  await mkdir(join(storage.path, 'lock')); // it is free
});

test.each([
  ['this process', async (directory: string) => lockStorage(directory)],
  ['another', async (directory: string) => writeFile(join(directory, 'lock'), `${process.ppid}\n`)],
])('a lock that %s holds is respected', async (_who, take) => {
  await using storage = await temporaryFolder();
  await take(storage.path);
  await expect(lockStorage(storage.path)).rejects.toThrow('is in use by process');
});
