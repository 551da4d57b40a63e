import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Lanes } from '../../../src/builders/stream/lanes.ts';
import { SLOT_SIZE } from '../../../src/builders/stream/slots.ts';

const run = promisify(execFile);
const SOURCE = join(import.meta.dirname, '../../../src/builders/stream/lanes.ts');

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('both halves of several layers are told apart', async () => {
  const lanes = new Lanes(2);
  const begin = () => [lanes.begin('blob'), lanes.begin('tar')] as const;
  const layers = [begin(), begin(), begin()] as const;
  const slot = new SharedArrayBuffer(SLOT_SIZE);
  await layers[0][1].slot(slot, { tarAt: SLOT_SIZE - 1, members: [] });
  const digests = await Promise.all(layers.flat().map((job) => job.finish()));
  // One of them has seen a zero.
  const zero = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d';
  expect(digests).toEqual([EMPTY, zero, EMPTY, EMPTY, EMPTY, EMPTY]);
  await lanes.close();
});

test('what a thread cannot do is an error of that job alone', async () => {
  const lanes = new Lanes(1);
  const [bad, good] = [lanes.begin('tar'), lanes.begin('tar')];
  const slot = new SharedArrayBuffer(8);
  await expect(bad.slot(slot, { tarAt: 9, members: [] })).rejects.toThrow(
    '"offset" is outside of buffer bounds',
  );
  expect(await good.finish()).toBe(EMPTY);
  await lanes.close();
  await expect(lanes.begin('tar').finish()).resolves.toBe(EMPTY);
  await lanes.close();
});

test('what was asked of a thread that ends fails', async () => {
  const lanes = new Lanes(1);
  const job = lanes.begin('blob');
  const asked = job.finish();
  await Promise.all([lanes.close(), expect(asked).rejects.toThrow('a hash thread ended with code')]);
  await expect(job.finish()).rejects.toThrow('a hash thread ended with code');
});

test('threads keep the process alive while they are waited for, and no longer', async () => {
  const program = `
    import { Lanes } from ${JSON.stringify(SOURCE)};
    const lanes = new Lanes(2);
    lanes.prepare();
    console.log(await lanes.begin('tar').finish());
  `;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout).toBe(`${EMPTY}\n`);
});
