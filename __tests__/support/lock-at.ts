/** Takes a storage directory's lock at a time, says so, and keeps it for a while: `node lock-at.ts DIRECTORY MILLISECONDS`. */
import { setTimeout } from 'node:timers/promises';

import { lockStorage } from '../../src/workerd/lock.ts';

const [directory = '', at = ''] = process.argv.slice(2);
await setTimeout(Number(at) - Date.now());
try {
  const unlock = await lockStorage(directory);
  process.stdout.write('has it\n');
  await setTimeout(1000);
  await unlock();
} catch {
  process.stdout.write('in use\n');
}
