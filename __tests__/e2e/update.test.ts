/** `update`, as a whole process, against the Hub's stand-in. */
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { aiAction, aiActionJson, startAiAction } from '../support/ai-action.ts';
import { memoryFile, type StandInModel } from '../support/hub-models.ts';
import { startHub, type Hub, type HubOptions } from '../support/hub.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts';

const open: Hub[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((hub) => hub.close()));
});

async function hubWith(models: StandInModel[], options: Partial<HubOptions> = {}): Promise<Hub> {
  const hub = await startHub({ ...options, models });
  open.push(hub);
  return hub;
}

const NEW = '2'.repeat(20).padEnd(40, 'a');
const OLD = '1'.repeat(20).padEnd(40, 'b');

/** Two commits: what every model of these tests has. */
async function twoCommits(name: string, options: Partial<StandInModel> = {}): Promise<StandInModel[]> {
  const config = await memoryFile('config.json', '{}');
  return [
    {
      ...options,
      name,
      sha: NEW,
      title: 'Better weights | <b>by @somebody</b> #1',
      date: '2025-03-04T05:06:07.000Z',
      files: [config, await memoryFile('weights.bin', 'new weights'), await memoryFile('more.txt', 'more')],
    },
    { ...options, name, sha: OLD, files: [config, await memoryFile('weights.bin', 'weights')] },
  ];
}

const LIST = `# the models of a test
models:
  - name: org/moves # first
    sha: "${OLD}" # why
    tag: [v1, latest]

  # never moved
  - {name: org/pinned, sha: ${OLD}, pin: true}
  - name: org/tracks
    track: stable
    sha: ${OLD}
  - name: org/still
    sha: ${NEW}
  - name: own
    source: own
  - name: org/gone
    sha: ${OLD}
  - name: org/gated
    sha: ${OLD}
  - name: org/lost-include
    sha: ${OLD}
    include: weights.pt
# end
`;

async function allModels(): Promise<StandInModel[]> {
  const [newer, older] = await twoCommits('org/tracks');
  return [
    ...(await twoCommits('org/moves')),
    ...(await twoCommits('org/pinned')),
    { ...newer!, sha: '3'.repeat(40) },
    { ...newer!, refs: ['stable'] },
    older!,
    ...(await twoCommits('org/still')),
    ...(await twoCommits('org/gated', { gated: true })),
    ...(await twoCommits('org/lost-include')),
  ];
}

interface Written extends AsyncDisposable {
  folder: string;
  file: string;
  text(): Promise<string>;
}

async function listOf(text: string): Promise<Written> {
  const folder: TemporaryFolder = await temporaryFolder();
  const file = join(folder.path, 'models.yaml');
  await mkdir(join(folder.path, 'own'));
  await writeFile(file, text);
  return {
    folder: folder.path,
    file,
    text: () => readFile(file, 'utf8'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function entry(name: string, sha: string): string {
  return `- name: org/${name}\n  sha: ${sha}\n`;
}

describe('update', () => {
  test('moves what has a newer commit, and says of the rest why it stays', async () => {
    const hub = await hubWith(await allModels());
    await using list = await listOf(LIST);
    await chmod(list.file, 0o640);
    const body = join(list.folder, 'body.md');
    const args = ['update', '--models', list.file, '--hub', hub.url];

    const dry = await aiActionJson([...args, '--dry-run', '--summary', body]);
    expect(await list.text()).toBe(LIST);
    expect(dry.code).toBe(1);
    expect(dry.json).toMatchObject({
      models: [
        {
          name: 'org/moves',
          status: 'updated',
          from: OLD,
          to: NEW,
          commits: [{ sha: NEW, date: '2025-03-04T05:06:07.000Z' }],
          changes: { added: 1, changed: 1, removed: 0, bytes: 15 },
          bytes: 17,
        },
        { name: 'org/pinned', status: 'pinned' },
        { name: 'org/tracks', status: 'updated', to: NEW },
        { name: 'org/still', status: 'current' },
        { name: 'own', status: 'folder' },
        { name: 'org/gone', status: 'failed', error: { message: expect.stringContaining('does not exist') } },
        { name: 'org/gated', status: 'failed', error: { message: expect.stringContaining('is gated') } },
        {
          name: 'org/lost-include',
          status: 'failed',
          error: { message: expect.stringContaining('weights.pt') },
        },
      ],
    });

    const { code, stdout, stderr } = await aiAction([...args, '--summary', body]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^updated {2}org\/moves +1{12} → 2{12} {2}2025-03-04 {2}1 file changed, 1 added: 15 B of 17 B$/m,
    );
    expect(stdout).toMatch(/^2 updated, 1 up to date, 1 pinned, 1 of folders, 3 failed$/m);
    expect(stderr).toMatch(/^error: org\/gone: .*does not exist.*\n {2}hint: /m);
    const moved = LIST.replace(`"${OLD}"`, `"${NEW}"`).replace(
      `stable\n    sha: ${OLD}`,
      `stable\n    sha: ${NEW}`,
    );
    expect(await list.text()).toBe(moved);
    expect((await stat(list.file)).mode & 0o777).toBe(0o640);
    expect((await readdir(list.folder)).toSorted()).toEqual(['body.md', 'models.yaml', 'own']);

    const markdown = await readFile(body, 'utf8');
    expect(markdown).toContain('## 2 models with a newer commit');
    expect(markdown).toContain(`(${hub.url}/org/moves/tree/${NEW}) | 2025-03-04 | 1 file changed`);
    // What the title's author wrote is shown as it is and calls nobody.
    expect(markdown).toMatch(/<code>Better weights &#124; &#60;b&#62;by &#64;somebody[^`]*<\/code> \|$/m);
    expect(markdown).toMatch(/### Left as they are\n[^]*<code>org\/gone<\/code>/);
  });

  test('asks only about --only, follows moved models, and ends with 0 when nothing is new', async () => {
    const hub = await hubWith(await allModels(), { moved: { 'org/old-name': 'org/still' } });
    const text = LIST.replace('org/still', 'org/old-name');
    await using list = await listOf(text);
    const only = ['--only', 'org/old-name', 'own', 'org/pinned'];
    const { code, stdout } = await aiAction(['update', '--models', list.file, '--hub', hub.url, ...only]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'note: org/old-name is called org/still on the Hub by now\n1 up to date, 1 pinned, 1 of folders\n',
    });
    expect(await list.text()).toBe(text);
    expect(hub.requests.map(({ url }) => url.replace(/\?.*/, ''))).toEqual([
      '/api/models/org/old-name/revision/HEAD',
      '/api/models/org/still/revision/HEAD',
    ]);
  });

  test('opens gated models with a token', async () => {
    const hub = await hubWith(await allModels(), { tokens: { hf_reader: ['org/gated'] } });
    await using list = await listOf(`- {name: org/gated, sha: ${OLD}}\n`);
    const args = ['update', '--models', list.file, '--hub', hub.url];
    expect((await aiAction(args, { env: { HF_TOKEN: 'hf_reader' } })).code).toBe(0);
    expect(await list.text()).toBe(`- {name: org/gated, sha: ${NEW}}\n`);
  });

  test('does without history and old commit where the Hub has neither', async () => {
    const [newer] = await twoCommits('org/model');
    const hub = await hubWith([newer!]);
    hub.fail({ on: 'commits', times: Infinity, fault: { kind: 'status', status: 404 } });
    await using list = await listOf(`- {name: org/model, sha: ${OLD}}\n`);
    const { code, stdout } = await aiAction(['update', '--models', list.file, '--hub', hub.url]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^updated {2}org\/model {2}1{12} → 2{12} +17 B, the old commit is gone$/m);
  });

  test('keeps what was written to the list meanwhile, and leaves what was changed in it', async () => {
    const hub = await hubWith([...(await twoCommits('org/a')), ...(await twoCommits('org/b'))]);
    await using list = await listOf(entry('a', OLD) + entry('b', OLD));
    // The tree of the first model is given only when the test has written.
    hub.fail({ on: 'tree', fault: { kind: 'status', status: 429, headers: { 'Retry-After': '1' } } });
    const running = startAiAction(['update', '--models', list.file, '--hub', hub.url]);
    while (!hub.requests.some(({ url }) => url.includes('/tree/'))) await sleep(10);
    const other = '4'.repeat(40);
    await writeFile(list.file, `# new\n${entry('b', other)}${entry('c', OLD)}${entry('a', OLD)}`);
    const { code, stderr } = await running.ended;
    expect(await list.text()).toBe(`# new\n${entry('b', other)}${entry('c', OLD)}${entry('a', NEW)}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: org\/b: .*was changed in the list/);
  });

  test('leaves a value that others share, and a symbolic link where it is', async () => {
    const hub = await hubWith([...(await twoCommits('org/a')), ...(await twoCommits('org/b'))]);
    const text = `- {name: org/a, sha: &s ${OLD}}\n- {name: org/b, sha: *s }\n`;
    await using list = await listOf('');
    const target = join(list.folder, 'own', 'real.yaml');
    await writeFile(target, text);
    const link = join(list.folder, 'link.yaml');
    await symlink(target, link);
    const { code, stderr } = await aiAction(['update', '--models', link, '--hub', hub.url]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/org\/a: .*is shared with others by a YAML anchor/);
    expect(await readFile(target, 'utf8')).toBe(text.replace('*s', NEW));
    expect((await readdir(list.folder)).toSorted()).toEqual(['link.yaml', 'models.yaml', 'own']);
  });

  test('a Hub that nothing listens at', async () => {
    const hub = await startHub({ models: [] });
    await hub.close();
    await using list = await listOf(`- {name: org/a, sha: ${OLD}}\n`);
    const { code, stderr } = await aiAction(['update', '--models', list.file, '--hub', hub.url]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: org\/a: .*could not be read.*\n {2}hint: Nothing listens there/);
  });
});
