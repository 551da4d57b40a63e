/** `ai-action pull` as a process: images of every builder, what moves for a small file, and kills at any moment. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';

import { aiAction, aiActionJson, startAiAction } from '../support/ai-action.ts';
import { noise, sha256 } from '../support/layer-bytes.ts';
import { minilm } from '../support/minilm.ts';
import { modelList } from '../support/model-list.ts';
import { expectPublished, publishJson } from '../support/published.ts';
import { startRegistryProxy } from '../support/registry-proxy.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { temporaryFolder } from '../support/temporary.ts';

const run = promisify(execFile);
const MIB = 2 ** 20;
const prefix = `pull-${randomUUID().slice(0, 8)}`;

/** SHA-256 of each file. */
async function digests(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const pairs = files
    .toSorted()
    .map(async (file) => [file.slice(folder.length + 1), sha256(await readFile(file))] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

/** @returns the image's name without its registry */
async function publish(name: string, source: string): Promise<string> {
  await using list = await modelList([{ name, source: './model' }]);
  await cp(source, join(list.folder, 'model'), { recursive: true });
  const registry = `${serviceAddress('REGISTRY')}/${prefix}`;
  expectPublished(await publishJson([...list.args, '--registry', registry]));
  return `${prefix}/${name}`;
}

describeWith('registry')('out of CNCF distribution', () => {
  test('a pull that is killed again and again is gone on with', async () => {
    await using folder = await temporaryFolder();
    const source = join(folder.path, 'model');
    await mkdir(source);
    await writeFile(join(source, 'model.safetensors'), noise(112 * MIB));
    await writeFile(join(source, 'config.json'), '{}');
    const image = await publish('killed', source);
    await using registry = await startRegistryProxy(serviceAddress('REGISTRY'));
    const out = join(folder.path, 'out');
    const args = ['pull', `${registry.host}/${image}`, '--output', out];
    const expected = await digests(source);
    for (let kill = 0; kill < 3; kill += 1) {
      const running = startAiAction(args);
      registry.forget();
      registry.meddle({
        answer: () => void (registry.wireBytes() > 13 * MIB && running.child.kill('SIGKILL')),
      });
      expect((await running.ended).code).toBe(null);
      const there = Object.entries(await digests(out)).filter(([path]) => !path.startsWith('.ai-action-'));
      expect(expected).toMatchObject(Object.fromEntries(there));
    }
    registry.meddle({});
    registry.forget();
    expect(await aiAction(args)).toMatchObject({ code: 0, stderr: '' });
    expect(await digests(out)).toEqual(expected);
    expect(registry.wireBytes()).toBeLessThan(104 * MIB);
  }, 120_000);

  test('a small file out of MiniLM costs 120 KB at most', async () => {
    const source = await minilm();
    const image = await publish('minilm', source);
    await using registry = await startRegistryProxy(serviceAddress('REGISTRY'));
    await using folder = await temporaryFolder();
    const { path: out } = folder;
    const args = ['pull', `${registry.host}/${image}`, 'config.json', '--output', out];
    const { code, json } = await aiActionJson(args);
    expect(code).toBe(0);
    expect(json).toMatchObject({ files: [{ path: 'config.json', status: 'written' }], leftOut: [] });
    expect(await readFile(join(out, 'config.json'))).toEqual(await readFile(join(source, 'config.json')));
    expect(registry.wireBytes()).toBeLessThan(120_000);
  }, 120_000);
});

describeWith('registry', 'buildkit')('images of BuildKit', () => {
  test.each(['', ',compression=estargz,force-compression=true', ',compression=zstd,force-compression=true'])(
    'are pulled, exported with%s',
    async (compression) => {
      await using folder = await temporaryFolder();
      const source = join(folder.path, 'model');
      await mkdir(join(source, 'onnx'), { recursive: true });
      await writeFile(join(source, 'onnx/model.bin'), noise(5 * MIB));
      await writeFile(join(source, 'config.json'), '{}');
      const image = `${serviceAddress('REGISTRY')}/${prefix}/buildkit`;
      const dockerfile = join(folder.path, 'Dockerfile');
      await writeFile(dockerfile, 'FROM scratch\nCOPY --link config.json /\nCOPY --link onnx /onnx/\n');
      const output = `type=image,name=${image},push=true,oci-mediatypes=true${compression}`;
      const builder = serviceAddress('BUILDX_BUILDER');
      await run('docker', [
        'buildx',
        'build',
        `--builder=${builder}`,
        `--file=${dockerfile}`,
        `--output=${output}`,
        source,
      ]);
      const out = join(folder.path, 'out');
      expect(await aiAction(['pull', image, '--output', out])).toMatchObject({ code: 0 });
      expect(await digests(out)).toEqual(await digests(source));
    },
    120_000,
  );
});
