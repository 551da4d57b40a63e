/** `validate --online`, as a whole process, against the Hub's stand-in. */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from '@jest/globals';

import { aiAction, aiActionJson } from '../support/ai-action.ts';
import { memoryFile } from '../support/hub-models.ts';
import { startHub, type Hub, type HubOptions } from '../support/hub.ts';
import { callPickle, TENSOR } from '../support/pickles.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts';
import { zipOf } from '../support/zip.ts';

const SHA = '5a'.repeat(20);
const open: Hub[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((hub) => hub.close()));
});

async function startModels(options: Partial<HubOptions> = {}): Promise<Hub> {
  const torch = zipOf([{ name: 'm/data.pkl', content: TENSOR }]);
  const files = [
    await memoryFile('config.json', '{}'),
    await memoryFile('pytorch_model.bin', torch),
    // A name that says nothing, and small enough to be no LFS file.
    await memoryFile('model.safetensors.index.txt', callPickle('os', 'system')),
    await memoryFile('scikit.pkl', callPickle('sklearn.svm', 'SVC')),
  ];
  const config = [await memoryFile('config.json', '{}')];
  const hub = await startHub({
    ...options,
    models: [
      { name: 'org/pickles', sha: SHA, files, license: 'mit' },
      { name: 'org/clean', sha: SHA, files: config, license: 'apache-2.0' },
      { name: 'org/gated', sha: SHA, files: config, license: 'mine\n::error::x', gated: true },
      { name: 'org/unlicensed', sha: SHA, files: config },
    ],
  });
  open.push(hub);
  return hub;
}

interface Written {
  folder: TemporaryFolder;
  file: string;
}

async function listOf(text: string): Promise<Written> {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'models.yaml');
  await mkdir(join(folder.path, 'own'));
  await writeFile(file, text);
  return { folder, file };
}

const CLEAN = `models:\n  - name: org/clean\n    sha: ${SHA}\n`;

describe('validate --online', () => {
  test('tells pickles by what is in them, at the place of the model', async () => {
    const hub = await startModels();
    const { folder, file } = await listOf(
      `${CLEAN}  - name: org/pickles\n    sha: ${SHA}\n  - name: own\n    source: own\n`,
    );
    await using _folder = folder;
    const args = ['validate', '--online', '--models', file, '--hub', hub.url];
    const { code, stdout } = await aiAction(args);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `${file}:5:10: warning: model.safetensors.index.txt is a pickle that runs code where it is loaded: it may run os.system`,
    );
    expect(stdout).toContain(
      `${file}:5:10: warning: scikit.pkl may be unsafe to load: it imports sklearn.svm.SVC`,
    );
    expect(stdout).toContain(
      `${file}:5:10: warning: pytorch_model.bin is a pickle with only harmless imports`,
    );
    expect(stdout).toMatch(
      /^checked {2}org\/clean {4}5a5a5a5a5a5a {2}apache-2.0 {2}1 file in 1 layer, 2 B$/m,
    );
    expect(stdout).toMatch(/models\.yaml: 3 models, no mistakes, 3 warnings$/m);

    const { json } = await aiActionJson(args);
    expect(json).toMatchObject({
      models: 3,
      problems: [],
      warnings: [
        { severity: 'warning', line: 5, column: 10, message: expect.stringContaining('index.txt') },
        { line: 5 },
        { line: 5 },
      ],
      checked: [
        { name: 'org/clean', status: 'fine', license: 'apache-2.0', gated: false, layers: 1, unsafe: [] },
        {
          name: 'org/pickles',
          bytes: expect.any(Number),
          unsafe: expect.arrayContaining([
            { path: 'model.safetensors.index.txt', judgement: 'dangerous', imports: ['os.system'] },
            { path: 'scikit.pkl', judgement: 'unknown', imports: ['sklearn.svm.SVC'] },
            { path: 'pytorch_model.bin', inside: 'm/data.pkl', judgement: 'harmless', imports: [] },
          ]),
        },
        { name: 'own', status: 'folder' },
      ],
    });
  });

  test('what the Hub does not have is a mistake at its key, and what it says otherwise a warning', async () => {
    const hub = await startModels({ moved: { 'old/clean': 'org/clean' } });
    const other = 'e1'.repeat(20);
    const { folder, file } = await listOf(`models:
  - name: org/clean
    sha: ${other}
  - name: org/nothing
    sha: ${SHA}
  - name: org/clean
    sha: ${SHA}
    include: '*.bin'
    tag: v1
  - {name: org/gated, sha: ${SHA}}
  - {name: org/unlicensed, sha: ${SHA}}
  - {name: old/clean, sha: ${SHA}}
`);
    await using _folder = folder;
    const { code, stdout } = await aiAction(['validate', '--online', '--models', file, '--hub', hub.url]);
    expect(code).toBe(2);
    const said = stdout
      .split('\n')
      .flatMap((line) => (line.startsWith(file) ? [line.slice(file.length)] : []));
    expect(said).toEqual([
      `:3:10: org/clean has no commit ${other}.`,
      expect.stringMatching(/^:4:11: org\/nothing does not exist on .*, or it is private\.$/),
      expect.stringMatching(/^:6:11: include: "\*\.bin" matches none/),
      expect.stringMatching(/^:10:12: warning: org\/gated is gated: /),
      expect.stringMatching(/^:11:12: warning: org\/unlicensed states no license$/),
      expect.stringMatching(/^:12:12: warning: old\/clean is called org\/clean on the Hub by now$/),
      ': 6 models, 3 mistakes, 3 warnings',
    ]);
    expect(stdout).toMatch(
      /^checked {2}org\/gated +(?:5a)+ +mine\uFFFD::error::x, gated +1 file in 1 layer, 2 B$/m,
    );
  });

  test('asks about what differs from --base, and ends with 1 where the Hub does not answer', async () => {
    const hub = await startModels();
    const { folder, file } = await listOf(CLEAN);
    await using _folder = folder;
    const git = (...words: string[]): void => {
      const user = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
      execFileSync('git', ['-C', folder.path, ...user, ...words], { stdio: 'ignore' });
    };
    git('init');
    git('add', '.');
    git('commit', '-m', 'List');
    await writeFile(file, `${CLEAN}  - name: org/unlicensed\n    sha: ${SHA}\n`);
    const args = ['validate', '--online', '--base', 'HEAD', '--models', file, '--hub', hub.url];
    const { json } = await aiActionJson(args);
    expect(json).toMatchObject({ models: 2, checked: [{ name: 'org/unlicensed', status: 'fine' }] });

    await hub.close();
    const { code, stderr } = await aiAction(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: org\/unlicensed: .*could not be read/m);
  });
});
