/** The registries that publishing is tested against. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from '@jest/globals';

import { startServe, type RunningServe } from './serve-process.ts';
import { describeWith, serviceAddress } from './services.ts';

/**
 * The same tests for our own registry in workerd, which needs no daemon, and for CNCF distribution where there is one.
 * @param tests are given what says `HOST:PORT` once the tests run, and a prefix that no other run uses
 */
export function describeRegistries(
  title: string,
  tests: (host: () => string, prefix: string, kind: 'worker' | 'distribution') => void,
): void {
  const prefix = `e2e-${randomUUID().slice(0, 8)}`;
  describe(`${title}: our Worker`, () => {
    let running: RunningServe;
    beforeAll(async () => {
      running = await startServe();
    });
    afterAll(async () => running[Symbol.asyncDispose]());
    tests(() => running.host, prefix, 'worker');
  });
  describeWith('registry')(`${title}: CNCF distribution`, () => {
    tests(() => serviceAddress('REGISTRY'), prefix, 'distribution');
  });
}
