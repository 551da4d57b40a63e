import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isAlive } from '../src/is-alive.ts';

test.each([
  ['this process', process.pid, true],
  ['its parent', process.ppid, true],
  ['a process that is gone', 2_147_483_646, false],
  ['no number', Number.NaN, false],
  ['a process group', -1, false],
  ['nobody', 0, false],
])('%s', (_, pid, alive) => {
  expect(isAlive(pid)).toBe(alive);
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;
onLinux('on Linux', () => {
  test('a process that was killed and that its parent has not asked after is not alive', async () => {
    // The shell becomes a `sleep`, which asks after no child.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line);
      expect(isAlive(pid)).toBe(true);
      process.kill(pid, 'SIGKILL');
      while (!readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ')) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(isAlive(pid)).toBe(false);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});
