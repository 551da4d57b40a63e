/** `top`, as a whole process, against the Hub's stand-in. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from '@jest/globals';

import { aiAction, aiActionJson } from '../support/ai-action.ts';
import { memoryFile, type StandInModel } from '../support/hub-models.ts';
import { startHub, type Hub, type HubOptions } from '../support/hub.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts';

const open: Hub[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((hub) => hub.close()));
});

function sha(digit: string): string {
  return `${digit}${digit}`.padEnd(40, 'c');
}

async function hubWith(
  models: ({ name: string; sha: string } & Partial<StandInModel>)[],
  options: Partial<HubOptions> = {},
): Promise<Hub> {
  const files = [await memoryFile('config.json', '{}')];
  const hub = await startHub({ ...options, models: models.map((model) => ({ files, ...model })) });
  open.push(hub);
  return hub;
}

async function listOf(text: string): Promise<{ folder: TemporaryFolder; file: string }> {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'models.yaml');
  await writeFile(file, text);
  return { folder, file };
}

const LIST = `# ours
models:
  - name: bert-base # under its old name
    sha: ${sha('0')}

  - name: org/Second
    sha: ${sha('0')}
# end
`;

const POPULAR = [
  { name: 'google-bert/bert-base', sha: sha('1'), downloads: 9_000_000 },
  { name: 'org/second', sha: sha('2'), downloads: 800_000, license: 'mit' },
  { name: 'org/closed', sha: sha('3'), downloads: 700_000, gated: true },
  { name: 'org/bert-base', sha: sha('4'), downloads: 600_000, license: 'apache-2.0', tags: ['onnx'] },
  { name: 'org/empty', sha: sha('5'), downloads: 500_000, files: [] },
  { name: 'Org/Second', sha: sha('6'), downloads: 400_000 },
  { name: 'v2/model', sha: sha('7'), downloads: 300_000 },
  { name: 'org/less', sha: sha('8'), downloads: 20_000, tags: ['onnx', 'fill-mask'] },
];

describe('top', () => {
  test('adds what the list lacks of the most downloaded, in its style and at their commits', async () => {
    const hub = await hubWith(POPULAR, { moved: { 'bert-base': 'google-bert/bert-base' }, pageSize: 3 });
    const { folder, file } = await listOf(LIST);
    await using _folder = folder;
    const args = ['top', '7', '--models', file, '--hub', hub.url];

    const { code, stdout } = await aiAction([...args, '--dry-run']);
    expect({ code, text: await readFile(file, 'utf8') }).toEqual({ code: 0, text: LIST });
    expect(stdout).toMatch(
      /^to add {2}org\/bert-base {2}44cccccccccc {2}600,000 downloads {2}apache-2.0 {9}1 layer, 2 B$/m,
    );
    expect(stdout).toMatch(/^to add {2}org\/less .* 20,000 downloads {3}no license stated {2}1 layer, 2 B$/m);
    expect(stdout).toMatch(/^left out: org\/empty: org\/empty at 5+c+ has no files$/m);
    expect(stdout).toMatch(/^left out: v2\/model: no image's name can begin with "v2"/m);
    expect(stdout).toMatch(/^2 to add, 3 in the list already$/m);

    const body = join(folder.path, 'body.md');
    const { json } = await aiActionJson([...args, '--summary', body]);
    expect(json).toMatchObject({
      listed: 3,
      proposals: [
        { name: 'org/bert-base', sha: sha('4'), status: 'proposed', license: 'apache-2.0', bytes: 2 },
        { name: 'org/empty', status: 'left-out' },
        { name: 'v2/model', status: 'left-out' },
        { name: 'org/less', status: 'proposed' },
      ],
    });
    expect(await readFile(file, 'utf8')).toBe(
      LIST.replace(
        '# end',
        `
  - name: org/bert-base
    sha: ${sha('4')}

  - name: org/less
    sha: ${sha('8')}
# end`,
      ),
    );
    expect(await readFile(body, 'utf8')).toMatch(/## 2 new models\n\n\| Model .*\n.*\n\| \[<code>org\/bert/);

    const again = await aiAction(args);
    expect(again.stdout).toMatch(/^0 added, 5 in the list already$/m);
  });

  test('takes those with all of the tags, and gated ones only when told to', async () => {
    const hub = await hubWith(POPULAR);
    const { folder, file } = await listOf(LIST);
    await using _folder = folder;
    const names = async (...args: string[]): Promise<string[]> => {
      const common = ['--models', file, '--hub', hub.url, '--dry-run'];
      const { json } = await aiActionJson(['top', ...common, ...args]);
      return (json as { proposals: { name: string }[] }).proposals.map(({ name }) => name);
    };
    expect(await names('9', '--filter', 'onnx', 'fill-mask')).toEqual(['org/less']);
    const { json } = await aiActionJson(['top', '3', '--gated', '--models', file, '--hub', hub.url]);
    expect(json).toMatchObject({
      proposals: [
        { name: 'google-bert/bert-base' },
        {
          name: 'org/closed',
          gated: true,
          status: 'left-out',
          error: { message: expect.stringContaining('is gated') },
        },
      ],
    });
  });

  test.each(['0', '1.5'])('%s is no number of models', async (number) => {
    const { code, stderr } = await aiAction(['top', '--', number]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/Write a number from 1 to 10000/);
  });
});
