/** What `npm start` and `npm test` run first, with an `npm` in the place of the real one. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { temporaryFolder } from '../support/temporary.ts';

const SETUP = join(import.meta.dirname, '../../scripts/setup.js');

test('the dependencies are installed once for each lock file, and again after a failure', async () => {
  await using clone = await temporaryFolder();
  const at = (...path: string[]): string => join(clone.path, ...path);
  await mkdir(at('scripts'));
  await mkdir(at('bin'));
  await copyFile(SETUP, at('scripts/setup.js'));
  await writeFile(at('package.json'), '{"type": "module"}');
  await writeFile(at('package-lock.json'), '{}');
  const npm = '#!/bin/sh\necho "$1" >> calls\nmkdir -p node_modules\n[ ! -e broken ] || exit 7\n';
  await writeFile(at('bin/npm'), npm, { mode: 0o755 });
  const env = { PATH: `${at('bin')}:/usr/bin:/bin` };
  const setUp = async (): Promise<number | string | null | undefined> =>
    new Promise((resolve) => {
      execFile(process.execPath, [at('scripts/setup.js')], { env }, (error) => resolve(error?.code ?? 0));
    });
  const installs = async (): Promise<number> =>
    (await readFile(at('calls'), 'utf8')).split('ci\n').length - 1;

  await writeFile(at('broken'), '');
  expect(await setUp()).toBe(7);
  await rm(at('broken'));
  expect([await setUp(), await setUp(), await installs()]).toEqual([0, 0, 2]);
  await writeFile(at('package-lock.json'), '{"newer": true}');
  expect([await setUp(), await setUp(), await installs()]).toEqual([0, 0, 3]);
  await rm(at('node_modules'), { recursive: true });
  expect([await setUp(), await setUp(), await installs()]).toEqual([0, 0, 4]);
});
