/**
 * Figure 3: nothing changed. A model that is published already; 10,000 entries beside a git revision; 1,000 entries
 * beside a registry that has them all.
 *
 *     node bench/unchanged.ts [--rounds 3] [--entries 10000] [--images 1000]
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatBytes } from '../src/report/format.ts';
import { aiAction, writeList } from './support/ai-action.ts';
import { startDistribution, type Distribution } from './support/distribution.ts';
import { startHub } from './support/hub.ts';
import { machine } from './support/machine.ts';
import { run, type Usage } from './support/measure.ts';
import { benchWeights, writeTexts } from './support/model.ts';
import { median, seconds, table } from './support/table.ts';
import { withWorkspace, type Workspace } from './support/workspace.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    entries: { type: 'string', default: '10000' },
    images: { type: 'string', default: '1000' },
  },
});

interface Row extends Usage {
  /** What the registry was asked, blobs apart. */
  requests: number;
  blobRequests: number;
}

await withWorkspace(async (workspace) => {
  const registry = await startDistribution(workspace);
  const rows: [string, Row[]][] = [
    ['publish: nothing changed', await publishAgain(workspace, registry)],
    [
      `plan: ${values.entries} entries, the same list at the base`,
      await planBase(workspace, registry, false),
    ],
    [`plan: ${values.entries} entries, a comment differs`, await planBase(workspace, registry, true)],
    [`plan --select missing: ${values.images} images`, await planMissing(workspace, registry)],
  ];
  const head = ['', 'wall', 'CPU', 'peak RSS', 'registry requests', 'of them for blobs'];
  const cells = rows.map(([name, runs]) => {
    const of = (key: keyof Row) => median(runs.map((row) => row[key]));
    return [
      name,
      seconds(of('wall')),
      seconds(of('cpu')),
      formatBytes(of('rss')),
      String(of('requests')),
      String(of('blobRequests')),
    ];
  });
  console.log(`${machine()}; the median of ${values.rounds} rounds\n\n${table(head, cells)}`);
});

/** Each round starts with an empty cache. */
async function rounds(workspace: Workspace, registry: Distribution, args: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const before = registry.requests().length;
    const cache = `${args[0]}-${performance.now()}`;
    const usage = await aiAction(workspace, cache, args, { cwd: workspace.path() });
    const requests = registry.requests().slice(before);
    const blobRequests = requests.filter(({ path }) => path.includes('/blobs/')).length;
    rows.push({ ...usage, requests: requests.length, blobRequests });
    console.error(`${args[0]}: ${seconds(usage.wall)}, ${usage.stdout.trim().split('\n').at(-1)}`);
  }
  return rows;
}

async function publishAgain(workspace: Workspace, registry: Distribution): Promise<Row[]> {
  const folder = workspace.path('small');
  await writeTexts(folder);
  const hub = await startHub(workspace, [{ name: 'bench/model', folder, weights: benchWeights(0.02) }]);
  const sha = hub.shas.get('bench/model');
  const list = await writeList(workspace.path('one.yaml'), [{ name: 'bench/model', sha }]);
  const args = ['publish', `--models=${list}`, `--registry=${registry.address}`, `--hub=${hub.url}`];
  await aiAction(workspace, 'first', args);
  const rows = await rounds(workspace, registry, args);
  await hub.stop();
  return rows;
}

/** @param comment whether the list has a comment that the base has not, so that its entries must be compared */
async function planBase(workspace: Workspace, registry: Distribution, comment: boolean): Promise<Row[]> {
  const folder = workspace.path(`git-${comment}`);
  await mkdir(folder);
  const entries = Array.from({ length: Number(values.entries) }, (_, number) => ({
    name: `owner-${number % 100}/model-${number}`,
    sha: number.toString(16).padStart(40, '0'),
    tag: ['latest', 'v1'],
  }));
  const list = await writeList(`${folder}/models.yaml`, entries);
  const git = (...args: string[]) => run('git', ['-C', folder, ...args]);
  await git('init', '--quiet');
  await git('add', 'models.yaml');
  await git(
    '-c',
    'user.name=bench',
    '-c',
    'user.email=bench@localhost',
    'commit',
    '--quiet',
    '--message=List',
  );
  if (comment) await appendFile(list, '# a comment\n');
  return rounds(workspace, registry, [
    'plan',
    `--models=${list}`,
    `--registry=${registry.address}`,
    '--base=HEAD',
  ]);
}

async function planMissing(workspace: Workspace, registry: Distribution): Promise<Row[]> {
  const folder = workspace.path('small');
  const models = Array.from({ length: Number(values.images) }, (_, number) => ({
    name: `bench/model-${number}`,
    folder,
  }));
  const hub = await startHub(workspace, models);
  const entries = [...hub.shas].map(([name, sha]) => ({ name, sha }));
  const list = await writeList(workspace.path('many.yaml'), entries);
  const args = [`--models=${list}`, `--registry=${registry.address}`, `--hub=${hub.url}`];
  const published = await aiAction(workspace, 'first', ['publish', ...args]);
  console.error(`published ${models.length} images: ${seconds(published.wall)}`);
  const rows = await rounds(workspace, registry, ['plan', ...args, '--select=missing']);
  await hub.stop();
  return rows;
}
