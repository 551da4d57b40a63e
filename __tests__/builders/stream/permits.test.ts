import { expect, test } from '@jest/globals';

import { Permits } from '../../../src/builders/stream/permits.ts';

const never = new AbortController().signal;

/** Runs what is ready. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('permits are handed out in the order they were asked for', async () => {
  const permits = new Permits(1);
  const got: number[] = [];
  for (const n of [0, 1, 2]) void permits.acquire(never).then(() => got.push(n));
  await settle();
  expect(got).toEqual([0]);
  permits.release();
  await settle();
  expect(got).toEqual([0, 1]);
  permits.release();
  permits.release();
  await settle();
  expect(got).toEqual([0, 1, 2]);
  await permits.acquire(never);
});

test('who gives up waiting takes no permit', async () => {
  const permits = new Permits(1);
  const impatient = new AbortController();
  await permits.acquire(never);
  const waiting = permits.acquire(impatient.signal);
  const patient = permits.acquire(never);
  impatient.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  permits.release();
  await patient;
  await expect(permits.acquire(impatient.signal)).rejects.toThrow('enough');
});
