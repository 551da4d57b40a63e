/** The command that makes a token for the registry. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { expect, test } from '@jest/globals';

import { isGranted } from '../../worker/src/access/actions.ts';
import { findOperatorToken, parseOperatorTokens } from '../../worker/src/access/operator-tokens.ts';

const script = path.join(import.meta.dirname, '../../scripts/token.ts');

function run(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test('what it prints is a token and the entry by which the registry knows it', async () => {
  const { code, stdout } = await run(
    '--name',
    'ci',
    '--names',
    'acme/*,x',
    '--actions',
    'push,import',
    '--days',
    '7',
  );
  expect(code).toBe(0);
  const [token = ''] = /aia_[\w-]{43}/.exec(stdout) ?? [];
  const [entry = ''] = /\{.*\}/.exec(stdout) ?? [];
  expect(entry).not.toContain(token);
  const found = await findOperatorToken(parseOperatorTokens(`[${entry}]`), token);
  expect(found?.name).toBe('ci');
  expect(Math.round(((found?.expires ?? 0) - Date.now()) / 86_400_000)).toBe(7);
  const grants = found ? [found.grant] : [];
  expect(isGranted(grants, 'import', 'acme/model')).toBe(true);
  expect(isGranted(grants, 'push', 'x')).toBe(true);
  expect(isGranted(grants, 'delete', 'acme/model')).toBe(false);
});

test('each token is another', async () => {
  const args = ['--name', 'ci', '--names', 'a', '--actions', 'push'];
  expect((await run(...args)).stdout).not.toBe((await run(...args)).stdout);
});

test.each([
  [[], 'name is not a text'],
  [['--name', 'ci', '--actions', 'push'], 'names[0] is not a text'],
  [['--name', 'ci', '--names', 'a', '--actions', 'write'], 'actions has "write"'],
  [
    ['--name', 'ci', '--names', 'a', '--actions', 'push', '--days', '9999'],
    '--days is not a number from 1 to 366',
  ],
  [
    ['--name', 'ci', '--names', 'a', '--actions', 'push', '--days', 'x'],
    '--days is not a number from 1 to 366',
  ],
  [['--forever'], '--forever'],
])('%j is refused', async (args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
  expect(stderr).toContain('usage: ');
});
