/**
 * Takes a storage directory's lock at a time, says whether it has it, and keeps it until its input ends:
 * `node lock-at.ts DIRECTORY MILLISECONDS`.
 */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

import { lockStorage } from '../../src/workerd/lock.ts';

const [directory = '', at = ''] = process.argv.slice(2);
await setTimeout(Number(at) - Date.now());
try {
  const unlock = await lockStorage(directory);
  process.stdout.write('has it\n');
  await once(process.stdin.resume(), 'end');
  await unlock();
} catch {
  process.stdout.write('in use\n');
}
