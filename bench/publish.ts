/**
 * Figure 1: publish 2 GiB from the Hub's stand-in to CNCF distribution over loopback, beside BuildKit and oci-modelcar.
 *
 *     node bench/publish.ts [--rounds 3] [--scale 1] [--only NAME…]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatBytes } from '../src/report/format.ts';
import { aiAction, writeList } from './support/ai-action.ts';
import { startBuildKit } from './support/buildkit.ts';
import { startDistribution, type Distribution } from './support/distribution.ts';
import { startHub, type HubProcess } from './support/hub.ts';
import { machine } from './support/machine.ts';
import { cpuOf, run, spaceOf, type Usage } from './support/measure.ts';
import { benchWeights, writeTexts, writeWeights, type Weights } from './support/model.ts';
import { installModelcar } from './support/modelcar.ts';
import { median, ratio, seconds, table } from './support/table.ts';
import { withWorkspace, type Workspace } from './support/workspace.ts';

const MODEL = 'bench/model';

interface Contestant {
  name: string;
  /** @param round tells one run from another */
  publish(registry: Distribution, round: number): Promise<Usage>;
}

interface Row extends Usage {
  /** CPU time of the registry, seconds, and what it stored, bytes. */
  registryCpu: number;
  stored: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
  },
});

await withWorkspace(async (workspace) => {
  const weights = benchWeights(Number(values.scale));
  await writeTexts(workspace.path('small'));
  const hub = await startHub(workspace, [{ name: MODEL, folder: workspace.path('small'), weights }]);
  const wanted = (name: string) => values.only?.some((part) => name.includes(part)) ?? true;
  const contestants = (await prepare(workspace, hub, weights)).filter(({ name }) => wanted(name));
  const rows = new Map<string, Row[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const contestant of contestants) {
      const row = await runOnce(workspace, contestant, round);
      rows.get(contestant.name)?.push(row);
      console.error(`round ${round + 1}: ${contestant.name} ${seconds(row.wall)}`);
    }
  }
  console.log(`${machine()}; the median of ${values.rounds} rounds\n\n${report(rows)}`);
});

async function prepare(
  workspace: Workspace,
  hub: HubProcess,
  weights: readonly Weights[],
): Promise<Contestant[]> {
  const sha = hub.shas.get(MODEL) ?? '';
  const list = await writeList(workspace.path('models.yaml'), [{ name: MODEL, sha }]);
  const modelcars = await Promise.all(
    ['0.5.0', '1.3.0'].map((version) => installModelcar(workspace, version)),
  );
  return [
    {
      name: 'ai-action',
      publish: (registry, round) =>
        aiAction(workspace, `round-${round}`, [
          'publish',
          `--models=${list}`,
          `--registry=${registry.address}`,
          `--hub=${hub.url}`,
        ]),
    },
    ...modelcars.map((modelcar) => ({
      name: `oci-modelcar ${modelcar.version}`,
      publish: (registry: Distribution) =>
        modelcar.push({ hub: hub.url, model: MODEL, sha, registry: registry.address, repository: MODEL }),
    })),
    await prepareBuildKit(workspace, weights),
  ];
}

/** BuildKit gets the files in a local folder: their download is not counted. A layer for each file of weights. */
async function prepareBuildKit(workspace: Workspace, weights: readonly Weights[]): Promise<Contestant> {
  const context = workspace.path('context');
  await writeTexts(context);
  await writeWeights(context, weights);
  const dockerfile = workspace.path('Dockerfile');
  const copies = [...weights.map(({ path }) => path), '*.json *.md'];
  await writeFile(dockerfile, ['FROM scratch', ...copies.map((files) => `COPY ${files} /`), ''].join('\n'));
  const buildkit = await startBuildKit(workspace, false);
  return {
    name: 'BuildKit, eStargz',
    publish: async (registry) => {
      await buildkit.prune();
      const output = `type=image,name=${registry.address}/${MODEL}:latest,push=true`;
      return buildkit.build(
        [
          `--file=${dockerfile}`,
          '--platform=linux/amd64,linux/arm64',
          '--build-arg=SOURCE_DATE_EPOCH=0',
          `--output=${output},compression=estargz,force-compression=true,oci-mediatypes=true`,
          context,
        ],
        { folders: [buildkit.root] },
      );
    },
  };
}

async function runOnce(workspace: Workspace, contestant: Contestant, round: number): Promise<Row> {
  const registry = await startDistribution(workspace);
  try {
    await run('sync', []); // what the one before wrote is not this one's to wait for
    const before = cpuOf(registry.pid);
    const usage = await contestant.publish(registry, round);
    return { ...usage, registryCpu: cpuOf(registry.pid) - before, stored: spaceOf([registry.storage]) };
  } finally {
    await registry.remove();
  }
}

function report(rows: ReadonlyMap<string, readonly Row[]>): string {
  const of = (name: string, key: keyof Row) => median((rows.get(name) ?? []).map((row) => row[key]));
  const [first = ''] = rows.keys();
  const head = [
    '',
    'wall',
    'beside',
    'CPU',
    'peak RSS',
    'loopback',
    'disk written',
    'disk used',
    'stored',
    'registry CPU',
  ];
  return table(
    head,
    [...rows.keys()].map((name) => [
      name,
      seconds(of(name, 'wall')),
      ratio(of(name, 'wall') / of(first, 'wall')),
      seconds(of(name, 'cpu')),
      ...(['rss', 'loopback', 'diskWritten', 'diskUsed', 'stored'] as const).map((key) =>
        formatBytes(of(name, key)),
      ),
      seconds(of(name, 'registryCpu')),
    ]),
  );
}
