/**
 * Figure 9: a whole model of 2 GiB pulled to the disk, beside crane, skopeo and oras, out of the same registry; and what
 * one small file moves: out of MiniLM, and beside 30 shards of 5 GiB.
 *
 *     node bench/pull.ts [--scale 1] [--rounds 3]
 *
 * crane, skopeo and oras come from the PATH; whichever is not there is left out.
 */
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { minilm } from '../__tests__/support/minilm.ts';
import { formatBytes } from '../src/report/format.ts';
import { aiAction, writeList } from './support/ai-action.ts';
import { startDistribution } from './support/distribution.ts';
import { hasCode } from './support/errors.ts';
import { machine } from './support/machine.ts';
import { run, type Result } from './support/measure.ts';
import { benchWeights, MIB, writeTexts, writeWeights } from './support/model.ts';
import { startProxy } from './support/proxy.ts';
import { shardedImage } from './support/shards.ts';
import { startSparseRegistry } from './support/sparse-registry.ts';
import { median, ratio, seconds, table } from './support/table.ts';
import { withWorkspace, type Workspace } from './support/workspace.ts';

const { values } = parseArgs({
  options: { scale: { type: 'string', default: '1' }, rounds: { type: 'string', default: '3' } },
});

await withWorkspace(async (workspace) => {
  console.log(`${machine()}; the median of ${values.rounds} rounds\n`);
  const small = [await fromMiniLm(workspace), await besideShards(workspace)];
  console.log(`${table(['one small file', 'moved', 'wall', 'peak RSS'], small)}\n`);
  console.log(await wholeModel(workspace));
});

async function wholeModel(workspace: Workspace): Promise<string> {
  const weights = benchWeights(Number(values.scale));
  const folder = workspace.path('model');
  await writeTexts(folder);
  await writeWeights(folder, weights);
  const registry = await startDistribution(workspace);
  const list = await writeList(workspace.path('models.yaml'), [{ name: 'bench/model', source: 'model' }]);
  await aiAction(workspace, 'publish', ['publish', `--models=${list}`, `--registry=${registry.address}`]);
  const image = `${registry.address}/bench/model:latest`;
  const blocks = Math.round(weights.reduce((sum, { size }) => sum + size, 0) / MIB);
  const contestants: Record<string, (to: string) => Promise<Result>> = {
    'ai-action': (to) => aiAction(workspace, 'pull', ['pull', image, `--output=${to}`]),
    crane: (to) => run('crane', ['pull', '--insecure', '--format=oci', '--platform=linux/amd64', image, to]),
    skopeo: (to) => run('skopeo', ['copy', '--src-tls-verify=false', `docker://${image}`, `dir:${to}`]),
    oras: (to) => run('oras', ['pull', '--plain-http', '--platform=linux/amd64', `--output=${to}`, image]),
    'the disk alone': (to) => run('dd', ['if=/dev/zero', `of=${to}/zeros`, 'bs=128k', `count=${blocks * 8}`]),
  };
  const rows = new Map<string, Result[]>();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, pull] of Object.entries(contestants)) {
      const result = await pullOnce(workspace, pull);
      if (result === undefined) continue;
      rows.set(name, [...(rows.get(name) ?? []), result]);
      console.error(`round ${round + 1}: ${name} ${seconds(result.wall)}`);
    }
  }
  await registry.remove();
  const of = (name: string, key: 'wall' | 'cpu' | 'rss'): number =>
    median((rows.get(name) ?? []).map((row) => row[key]));
  return table(
    ['whole model', 'wall', 'beside', 'CPU', 'peak RSS'],
    [...rows.keys()].map((name) => [
      name,
      seconds(of(name, 'wall')),
      ratio(of(name, 'wall') / of('ai-action', 'wall')),
      seconds(of(name, 'cpu')),
      formatBytes(of(name, 'rss')),
    ]),
  );
}

/** @returns undefined where the program is not there */
async function pullOnce(
  workspace: Workspace,
  pull: (to: string) => Promise<Result>,
): Promise<Result | undefined> {
  const to = workspace.path('pulled');
  await mkdir(to);
  await run('sync', []); // what the one before wrote is not this one's to wait for
  try {
    return await pull(to);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  } finally {
    await rm(to, { recursive: true });
  }
}

async function fromMiniLm(workspace: Workspace): Promise<string[]> {
  const source = workspace.path('minilm');
  await cp(await minilm(), source, { recursive: true });
  const registry = await startDistribution(workspace);
  const list = await writeList(workspace.path('minilm.yaml'), [{ name: 'minilm', source: 'minilm' }]);
  await aiAction(workspace, 'publish', ['publish', `--models=${list}`, `--registry=${registry.address}`]);
  const expected = await readFile(join(source, 'config.json'));
  const row = await smallFile(workspace, {
    name: 'MiniLM',
    registry: registry.address,
    image: 'minilm',
    expected,
  });
  await registry.remove();
  return row;
}

async function besideShards(workspace: Workspace): Promise<string[]> {
  const config = JSON.stringify({ note: 'x'.repeat(2000) });
  const registry = await startSparseRegistry(await shardedImage({ 'config.json': config }, 30, 5 * 2 ** 30));
  const expected = Buffer.from(config);
  const name = 'beside 30 shards of 5 GiB';
  const row = await smallFile(workspace, {
    name,
    registry: registry.address,
    image: 'bench/shards',
    expected,
  });
  await registry.close();
  return row;
}

interface SmallFile {
  name: string;
  /** host:port */
  registry: string;
  image: string;
  /** Content of config.json. */
  expected: Buffer;
}

async function smallFile(
  workspace: Workspace,
  { name, registry, image, expected }: SmallFile,
): Promise<string[]> {
  const proxy = await startProxy(registry);
  const to = workspace.path('small');
  const args = ['pull', `${proxy.address}/${image}`, 'config.json', `--output=${to}`];
  const { wall, rss } = await aiAction(workspace, 'small', args);
  await proxy.close();
  if (!expected.equals(await readFile(join(to, 'config.json'))))
    throw new Error(`${name}: a wrong config.json`);
  await rm(to, { recursive: true });
  return [name, formatBytes(proxy.sent + proxy.received), seconds(wall), formatBytes(rss)];
}
