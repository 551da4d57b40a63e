import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readList } from '../../src/models/read-list.ts';
import { formatProblem } from '../../src/models/problem.ts';
import { SHA } from '../support/list.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'read-list-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe('reading a list', () => {
  test('tells everything at once, with source folders that are not there', async () => {
    write('sub/weights/config.json', '{}');
    write('sub/file', '');
    symlinkSync('..', path.join(folder, 'sub', 'up'));
    const models = write(
      'sub/models.yaml',
      `models:
  - name: good
    source: ./weights/
  - name: gone
    source: nowhere
  - name: file
    sha: ${SHA}
    tag: v1
  - name: linked
    source: up
  - name: a-file
    source: file
  - name: short
    sha: abcdef1
`,
    );
    const { entries, problems } = await readList(models);
    expect(entries.map(({ name }) => name)).toEqual(['good', 'file']);
    expect(problems.map(({ line, column, message }) => `${line}:${column}: ${message}`)).toEqual([
      '5:13: there is no folder nowhere beside the list',
      "10:13: up leads out of the list's folder by a symbolic link",
      '12:13: file is not a folder',
      '14:10: the sha is short: 7 digits, a commit has 40',
    ]);
    expect(problems.map(formatProblem)[0]).toBe(
      `${models}:5:13: there is no folder nowhere beside the list\n` +
        '  5 |     source: nowhere\n    |             ^^^^^^^\n' +
        '  hint: write the folder relative to the list, in the right case',
    );
  });

  test('is content with a right list', async () => {
    const models = write('right.yaml', `- name: gpt2\n  sha: ${SHA}\n`);
    const { entries, problems } = await readList(models);
    expect([entries.length, problems]).toEqual([1, []]);
  });

  test('says that there is no list, or a folder in its place', async () => {
    await expect(readList(path.join(folder, 'no.yaml'))).rejects.toThrow('there is no list at');
    await expect(readList(folder)).rejects.toThrow('is a folder');
  });

  test.each([
    ['Latin-1', Buffer.from('# a\n# gr\xf6\xdfe\n', 'latin1'), 2, 5],
    ['binary', Buffer.from([0x80, 0x00, 0x01]), 1, 1],
    ['NUL', Buffer.from('models:\0'), 1, 8],
  ])('points at what is not UTF-8: %s', async (_name, bytes, line, column) => {
    const { problems } = await readList(write('bytes.yaml', bytes));
    expect(problems).toMatchObject([{ line, column, message: 'the list is not a text in UTF-8' }]);
  });

  test('refuses a file that is far too large', async () => {
    const models = write('large.yaml', Buffer.alloc(26_000_000, '#'));
    await expect(readList(models)).rejects.toThrow('has 26000000 bytes, more than 25165824');
  });
});
