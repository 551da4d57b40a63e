/**
 * Figure 2: one small file of the 2 GiB model changed. The run knows of nothing but the registry: its cache is empty.
 *
 *     node bench/change.ts [--rounds 3] [--scale 1]
 */
import { parseArgs } from 'node:util';
import { formatBytes } from '../src/report/format.ts';
import { aiAction, writeList } from './support/ai-action.ts';
import { startDistribution, type Distribution } from './support/distribution.ts';
import { startHub } from './support/hub.ts';
import { machine } from './support/machine.ts';
import { spaceOf, type Usage } from './support/measure.ts';
import { benchWeights, SMALL_FILES, writeTexts, type Weights } from './support/model.ts';
import { median, percent, seconds, table } from './support/table.ts';
import { withWorkspace, type Workspace } from './support/workspace.ts';

const MODEL = 'bench/model';

interface Row extends Usage {
  /** By how many bytes the registry's storage grew. */
  stored: number;
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, scale: { type: 'string', default: '1' } },
});

await withWorkspace(async (workspace) => {
  const weights = benchWeights(Number(values.scale));
  const registry = await startDistribution(workspace);
  const steps: [string, Row[]][] = [
    ['publish it', []],
    ['one small file changed', []],
  ];
  for (let round = 0; round <= Number(values.rounds); round++) {
    const row = await publishRevision(workspace, { registry, weights, round });
    steps[round === 0 ? 0 : 1]?.[1].push(row);
    console.error(`revision ${round}: ${seconds(row.wall)}`);
  }
  const total = weights.reduce((sum, { size }) => sum + size, 0);
  const rows = steps.map(([name, runs]) => {
    const of = (key: keyof Row) => median(runs.map((row) => row[key]));
    const moved = of('loopback'); // the whole is every byte read and every byte written
    return [
      name,
      seconds(of('wall')),
      seconds(of('cpu')),
      formatBytes(moved),
      percent(moved / (2 * total)),
      formatBytes(of('stored')),
      formatBytes(of('rss')),
    ];
  });
  const head = ['', 'wall', 'CPU', 'loopback', 'of the whole', 'stored', 'peak RSS'];
  console.log(`${machine()}; the median of ${values.rounds} rounds\n\n${table(head, rows)}`);
});

interface Publication {
  registry: Distribution;
  weights: readonly Weights[];
  round: number;
}

/** Publishes a revision that differs from the one before in `config.json`. */
async function publishRevision(
  workspace: Workspace,
  { registry, weights, round }: Publication,
): Promise<Row> {
  const folder = workspace.path(`small-${round}`);
  await writeTexts(folder, { ...SMALL_FILES, 'config.json': `{ "revision": ${round} }\n` });
  const hub = await startHub(workspace, [{ name: MODEL, folder, weights }]);
  try {
    const list = await writeList(workspace.path('models.yaml'), [{ name: MODEL, sha: hub.shas.get(MODEL) }]);
    const before = spaceOf([registry.storage]);
    const usage = await aiAction(workspace, `round-${round}`, [
      'publish',
      `--models=${list}`,
      `--registry=${registry.address}`,
      `--hub=${hub.url}`,
    ]);
    return { ...usage, stored: spaceOf([registry.storage]) - before };
  } finally {
    await hub.stop();
  }
}
