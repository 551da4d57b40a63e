import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { lockStorage } from '../../src/workerd/lock.ts';
import { temporaryFolder } from '../support/temporary.ts';

test.each([
  ['of a process that had our number, as in a container that starts anew', `${process.pid}\n`],
  ['of a process that is gone', '2147483646\n'],
])('a lock %s is taken over', async (_what, content) => {
  await using storage = await temporaryFolder();
  await writeFile(join(storage.path, 'lock'), content);
  const unlock = await lockStorage(storage.path);
  expect(await readFile(join(storage.path, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
  await unlock();
  await mkdir(join(storage.path, 'lock')); // it is free
});

test('a lock that a kill left empty is taken over once nobody can be writing it', async () => {
  await using storage = await temporaryFolder();
  const file = join(storage.path, 'lock');
  await writeFile(file, '');
  await utimes(file, 0, 0);
  await lockStorage(storage.path);
  expect(await readFile(file, 'utf8')).toBe(`${process.pid}\n`);
});

test('one of many processes takes over the lock of one that is gone', async () => {
  await using storage = await temporaryFolder();
  const script = join(import.meta.dirname, '../support/lock-at.ts');
  for (let round = 0; round < 3; round += 1) {
    await writeFile(join(storage.path, 'lock'), '2147483646\n');
    const at = `${Date.now() + 1500}`;
    const processes = Array.from({ length: 4 }, () =>
      spawn(process.execPath, [script, storage.path, at], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const said = await Promise.all(processes.map(async ({ stdout }) => String(await once(stdout, 'data'))));
    // The one that has it keeps it until all have asked.
    await Promise.all(
      processes.map(async (child) => {
        const exit = child.exitCode ?? once(child, 'exit');
        child.stdin.end();
        await exit;
      }),
    );
    expect(said.map((line) => line.trim()).toSorted()).toEqual(['has it', 'in use', 'in use', 'in use']);
  }
});

test.each([
  ['this process', async (directory: string) => lockStorage(directory)],
  ['another', async (directory: string) => writeFile(join(directory, 'lock'), `${process.ppid}\n`)],
])('a lock that %s holds is respected', async (_who, take) => {
  await using storage = await temporaryFolder();
  await take(storage.path);
  await expect(lockStorage(storage.path)).rejects.toThrow('is in use by process');
});
