/**
 * Figure 1, second part: from a local folder in the page cache into a sink that only counts bytes, beside the machine's
 * hashing: the four SHA-256 and the CRC-32 that a layer needs, over the same bytes from memory, on as many threads.
 *
 *     node bench/sink.ts [--rounds 5] [--scale 1]
 */
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatBytes } from '../src/report/format.ts';
import { aiAction, writeList } from './support/ai-action.ts';
import { hashingSeconds } from './support/hashing.ts';
import { machine } from './support/machine.ts';
import { cpuOf, type Usage } from './support/measure.ts';
import { benchWeights, writeTexts, writeWeights } from './support/model.ts';
import { startSink } from './support/sink.ts';
import { median, percent, seconds, table } from './support/table.ts';
import { withWorkspace, type Workspace } from './support/workspace.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, scale: { type: 'string', default: '1' } },
});

interface Round {
  hashing: number;
  publish: Usage;
  /** CPU seconds of the sink. */
  sinkCpu: number;
}

await withWorkspace(async (workspace) => {
  const weights = benchWeights(Number(values.scale));
  const folder = workspace.path('model');
  await writeTexts(folder);
  await writeWeights(folder, weights);
  const list = await writeList(workspace.path('models.yaml'), [{ name: 'bench/model', source: 'model' }]);
  const files = await Promise.all(
    weights.map(async ({ path }) => {
      const full = workspace.path('model', path);
      return { path: full, size: (await stat(full)).size };
    }),
  );
  const total = files.reduce((sum, { size }) => sum + size, 0);

  const rounds: Round[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const hashing = await hashingSeconds(files);
    const published = await publish(workspace, list, round);
    rounds.push({ hashing, ...published });
    console.error(
      `round ${round + 1}: hashing ${seconds(hashing)}, publish ${seconds(published.publish.wall)}`,
    );
  }
  console.log(`${machine()}; the median of ${values.rounds} rounds\n\n${report(rounds, total)}`);
});

async function publish(workspace: Workspace, list: string, round: number): Promise<Omit<Round, 'hashing'>> {
  const sink = await startSink(workspace);
  try {
    const cache = `round-${round}`;
    const args = [`--models=${list}`, `--registry=${sink.address}`];
    // The folder's own hashes are asked for once and remembered, as the Hub's are known: they are not this figure.
    await aiAction(workspace, cache, ['plan', ...args]);
    const before = cpuOf(sink.pid);
    const usage = await aiAction(workspace, cache, ['publish', ...args]);
    return { publish: usage, sinkCpu: cpuOf(sink.pid) - before };
  } finally {
    await sink.stop();
  }
}

function report(rounds: readonly Round[], total: number): string {
  const rate = (wall: number) => `${Math.round(total / wall / 1e6)} MB/s`;
  const hashing = median(rounds.map((round) => round.hashing));
  const wall = median(rounds.map(({ publish: { wall: value } }) => value));
  return table(
    ['', 'wall', 'rate', 'of the hashing', 'CPU', 'peak RSS', 'sink CPU'],
    [
      ['hashing alone', seconds(hashing), rate(hashing), percent(1), '', '', ''],
      [
        'ai-action publish',
        seconds(wall),
        rate(wall),
        percent(hashing / wall),
        seconds(median(rounds.map(({ publish: { cpu } }) => cpu))),
        formatBytes(median(rounds.map(({ publish: { rss } }) => rss))),
        seconds(median(rounds.map(({ sinkCpu }) => sinkCpu))),
      ],
    ],
  );
}
