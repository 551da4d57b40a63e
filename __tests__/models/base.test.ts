import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readBase } from '../../src/models/base.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'base-'));
const list = path.join(folder, 'models', 'models.yaml');

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' }).trim();
}

beforeAll(() => {
  mkdirSync(path.dirname(list));
  git('init', '--quiet', '--initial-branch=main');
  git('commit', '--quiet', '--allow-empty', '-m', 'empty');
  writeFileSync(list, 'models: # größer\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'list');
  writeFileSync(list, 'models: # now\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the list at a revision', () => {
  test('is the text that was committed', async () => {
    const commit = git('rev-parse', 'HEAD');
    for (const revision of ['HEAD', 'main', commit, commit.slice(0, 8)]) {
      expect(await readBase(list, revision)).toEqual({ kind: 'found', text: 'models: # größer\n', commit });
    }
  });

  test('is absent before it was added', async () => {
    expect(await readBase(list, 'HEAD~1')).toEqual({ kind: 'absent', commit: git('rev-parse', 'HEAD~1') });
  });

  test.each(['no-such-branch', '0'.repeat(40), 'HEAD:models/models.yaml', '', '--help', '-n1', 'a b'])(
    'is unknown where %j is not a commit',
    async (revision) => {
      expect(await readBase(list, revision)).toEqual({
        kind: 'unknown-revision',
        message: `"${revision}" is not a commit of this repository`,
      });
    },
  );

  test('cannot be had outside a repository', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'outside-'));
    const base = await readBase(path.join(outside, 'models.yaml'), 'HEAD');
    rmSync(outside, { recursive: true });
    expect(base).toEqual({ kind: 'no-repository', message: expect.stringContaining('not a git repository') });
  });

  test('cannot be had without git', async () => {
    const { PATH } = process.env;
    process.env['PATH'] = '/nonexistent';
    try {
      expect((await readBase(list, 'HEAD')).kind).toBe('no-git');
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
