/** An image and all that shares its layers, by the real publisher: what the registry and the command line tell of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Inspection } from '../../src/inspecting/inspect-image.ts';
import type { Model } from '../../worker/src/catalogue/model.ts';
import { aiAction, aiActionJson } from '../support/ai-action.ts';
import { ggufBytes } from '../support/gguf-files.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { memoryFile, shaOf } from '../support/hub-models.ts';
import { readJson } from '../support/model-images.ts';
import { modelList } from '../support/model-list.ts';
import { OciClient } from '../support/oci-client.ts';
import { expectPublished, publishJson } from '../support/published.ts';
import { baseContent, pushContent } from '../support/registry-content.ts';
import { startServe, type RunningServe } from '../support/serve-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const NAME = 'owner/tiny';
const FORMATS = ['modelkit', 'modelpack', 'docker-model'] as const;
const CONTENT = {
  'README.md': '# Tiny\n',
  'config.json': '{}',
  'tiny.gguf': ggufBytes('tiny-Q4_K_M.gguf'),
};

let hub: Hub;
let serve: RunningServe;
let image: string;
beforeAll(async () => {
  const files = await Promise.all(Object.entries(CONTENT).map(([path, bytes]) => memoryFile(path, bytes)));
  const sha = shaOf(files);
  hub = await startHub({ models: [{ name: NAME, sha, files, license: 'mit' }] });
  serve = await startServe();
  image = `${serve.host}/${NAME}`;
  await pushContent(
    new OciClient(`http://${serve.host}`, 'library/base'),
    baseContent({ format: 'oci', platforms: ['linux/amd64', 'linux/arm64'] }),
  );
  const runtimes = [{ name: 'run', base: `${serve.host}/library/base:1`, cmd: ['serve'] }];
  await using list = await modelList([{ name: NAME, sha, tag: 'v1', formats: [...FORMATS], runtimes }]);
  const args = [...list.args, '--registry', serve.host, '--hub', hub.url];
  expectPublished(await publishJson(args));
});
afterAll(async () => {
  await hub.close();
  await serve[Symbol.asyncDispose]();
});

async function inspect(tag: string): Promise<Inspection> {
  return (await aiActionJson(['inspect', `${image}:${tag}`])).json as Inspection;
}

test('the catalogue tells them with their image', async () => {
  const { tags, image: told } = await readJson<Model>(`http://${serve.host}/api/models/${NAME}`);
  expect(tags.map(({ tag }) => tag)).toEqual(['v1']);
  expect(told?.companions).toEqual([
    expect.objectContaining({ tag: 'v1-run', suffix: 'run', kind: 'container' }),
    ...FORMATS.map((kind) => expect.objectContaining({ tag: `v1-${kind}`, suffix: kind, kind })),
  ]);
  const [container, kit, pack, docker] = told?.companions ?? [];
  expect(container?.base).toMatchObject({ name: `${serve.host}/library/base:1` });
  expect(kit).toMatchObject({ size: told?.size, newBytes: 0 });
  // Raw files are in several of them, and counted once.
  const apart = [container, pack, docker].reduce((sum, each) => sum + (each?.newBytes ?? 0), told?.size ?? 0);
  expect(told?.sizeWithCompanions).toBeLessThan(apart);
});

test('inspect tells what each is, of which image, and lists them with the image', async () => {
  const { companions, digest, kind } = await inspect('v1');
  expect(kind).toBe('image');
  expect(companions?.map((each) => [each.tag, each.kind]).toSorted()).toEqual([
    ['v1-docker-model', 'docker-model'],
    ['v1-modelkit', 'modelkit'],
    ['v1-modelpack', 'modelpack'],
    ['v1-run', 'container'],
  ]);
  for (const format of FORMATS)
    expect(await inspect(`v1-${format}`)).toMatchObject({ kind: format, of: digest });
  const container = await inspect('v1-run');
  expect(container).toMatchObject({
    kind: 'container',
    of: digest,
    base: { name: `${serve.host}/library/base:1`, digest: expect.stringMatching(/^sha256:/) },
    title: NAME,
    license: 'mit',
  });
  const { stdout } = await aiAction(['inspect', `${image}:v1`]);
  expect(stdout).toMatch(/v1-modelkit +ModelKit +sha256:[0-9a-f]{12} +-\n/);
  expect(stdout).toContain(`${serve.host}/library/base:1@sha256:`);
});

test.each(FORMATS)('verify finds nothing wrong with %s, and pull brings the very files', async (format) => {
  const reference = `${image}:v1-${format}`;
  const verified = await aiAction(['verify', reference]);
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('all is as it should be') });
  await using folder = await temporaryFolder();
  const pulled = await aiAction(['pull', reference, '*.gguf', '--output', folder.path]);
  expect(pulled.stderr + pulled.stdout).toContain('1 file written');
  expect(await readFile(join(folder.path, 'tiny.gguf'))).toEqual(CONTENT['tiny.gguf']);
});

test('diff finds no file of a ModelKit another, and nothing to move', async () => {
  const { json } = await aiActionJson(['diff', `${image}:v1`, `${image}:v1-modelkit`]);
  expect(json).toMatchObject({ added: [], changed: [], removed: [], layers: { bytes: 0 } });
});

test('list names what was pulled by its tag', async () => {
  await using folder = await temporaryFolder();
  await aiAction(['pull', `${image}:v1-modelkit`, '--store', folder.path]);
  const { stdout } = await aiAction(['list', '--store', folder.path]);
  expect(stdout).toMatch(/tiny:v1-modelkit +[0-9a-f]{12} +\d+ files/);
});
