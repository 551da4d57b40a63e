/** GGUF models, from the Hub's stand-in through the command line into our own registry. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { compareBytes } from '../../src/oci/compare.ts';
import type { ImageConfig } from '../../src/oci/descriptor.ts';
import { aiAction } from '../support/ai-action.ts';
import { ggufBytes } from '../support/gguf-files.ts';
import { memoryFile, shaOf, type StandInModel } from '../support/hub-models.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { modelList, type ListedModel, type ModelList } from '../support/model-list.ts';
import { planJson, publishJson } from '../support/published.ts';
import { pullImage, readBlob, type PulledImage } from '../support/pulled.ts';
import { startServe, type RunningServe } from '../support/serve-process.ts';

const NAME = 'acme/tiny-GGUF';
const FILES = ['tiny-Q4_K_M.gguf', 'tiny-Q8_0.gguf', 'mmproj-tiny-F16.gguf'];

async function tinyModel(...more: [path: string, content: string | Buffer][]): Promise<StandInModel> {
  const content: [string, string | Buffer][] = [
    ['README.md', '# Tiny'],
    ...FILES.map((path): [string, Buffer] => [path, ggufBytes(path)]),
    ...more,
  ];
  const files = await Promise.all(content.map(([path, bytes]) => memoryFile(path, bytes)));
  return { name: NAME, sha: shaOf(files), files };
}

describe('a GGUF model', () => {
  let registry: RunningServe;
  let hub: Hub;
  let list: ModelList;
  let model: StandInModel;

  beforeAll(async () => {
    model = await tinyModel();
    [registry, hub, list] = await Promise.all([startServe(), startHub({ models: [model] }), modelList()]);
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await list[Symbol.asyncDispose]();
    await hub.close();
  });

  const args = (prefix: string): string[] => [
    ...list.args,
    '--registry',
    `${registry.host}/${prefix}`,
    '--hub',
    hub.url,
  ];
  const image = async (prefix: string, tag = 'latest'): Promise<PulledImage> => {
    const found = await pullImage(`${registry.host}/${prefix}/acme/tiny-gguf`, tag);
    if (found === undefined) throw new Error(`nothing is tagged ${tag}`);
    return found;
  };
  const configOf = async (prefix: string, tag = 'latest'): Promise<ImageConfig['config']> => {
    const { config } = await image(prefix, tag);
    const bytes = await readBlob(`${registry.host}/${prefix}/acme/tiny-gguf`, config?.digest ?? '');
    return (JSON.parse(bytes.toString()) as ImageConfig).config;
  };
  const listed = (options: Partial<ListedModel>): ListedModel => ({ name: NAME, sha: model.sha, ...options });

  test('of variants is an image for each, with labels, and shares its small files and its prompt', async () => {
    await writeFile(join(list.folder, 'prompt.txt'), 'You are terse.');
    const options: Partial<ListedModel> = {
      variants: {
        latest: ['*Q4_K_M.gguf', 'mmproj-*'],
        q4_k_m: ['*Q4_K_M.gguf', 'mmproj-*'],
        q8_0: ['*Q8_0.gguf', 'mmproj-*'],
      },
      labels: { 'gguf.model.usage': 'image-to-text', 'com.example.team': 'search' },
      prompt: 'prompt.txt',
      cmd: ['-c', '8192'],
    };
    await list.write([listed(options)]);
    expect(await publishJson(args('variants'))).toMatchObject({
      code: 0,
      json: {
        models: [
          { status: 'published', tags: ['latest', 'q4_k_m'] },
          { status: 'published', tags: ['q8_0'] },
        ],
      },
    });

    const [q4, q8] = [await image('variants'), await image('variants', 'q8_0')];
    expect((await image('variants', 'q4_k_m')).digest).toBe(q4.digest);
    // The last layer has README.md and prompt.txt, and is the same in both.
    expect([q4.layers.length, q8.layers.length]).toEqual([2, 2]);
    expect(q4.layers[1]?.digest).toBe(q8.layers[1]?.digest);
    expect(q4.layers[0]?.digest).not.toBe(q8.layers[0]?.digest);
    const config = await configOf('variants', 'q8_0');
    expect(config.Cmd).toEqual(['-m', 'tiny-Q8_0.gguf', '--mmproj', 'mmproj-tiny-F16.gguf', '-c', '8192']);
    expect(config.Labels).toMatchObject({
      'gguf.model.architecture': 'qwen2',
      'gguf.model.parameters': '6.66 K',
      'gguf.model.filetype': 'Q8_0',
      'gguf.model.usage': 'image-to-text',
      'com.example.team': 'search',
    });
    expect((await configOf('variants')).Labels).toMatchObject({ 'gguf.model.filetype': 'Q4_K_M' });
    expect(q4.annotations).not.toHaveProperty('com.example.team');

    const { stdout } = await aiAction(['inspect', `${registry.host}/variants/acme/tiny-gguf:q8_0`]);
    expect(stdout).toContain('tiny-Q8_0.gguf: main model, 11.6 kB\n  architecture     qwen2\n');
    expect(stdout).toMatch(/ {2}tokenizer +gpt2 \(qwen2\), 8 tokens\n {2}chat template +\{% for message/);
    expect(stdout).toContain('mmproj-tiny-F16.gguf: multimodal projector, 1.3 kB\n  architecture     clip\n');

    const verified = await aiAction([
      'verify',
      `${registry.host}/variants/acme/tiny-gguf`,
      '--against-hub',
      '--hub',
      hub.url,
    ]);
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(", which has 1 more, and prompt.txt, a prompt of the image's maker\n"),
    });

    // Nothing is due, until the prompt says something else: `changed` has it too, though the list is the same.
    expect((await planJson(args('variants'))).json.models.map(({ action }) => action)).toEqual([
      'none',
      'none',
    ]);
    await writeFile(join(list.folder, 'prompt.txt'), 'You are verbose.');
    const { json } = await publishJson(args('variants'));
    const origins = json.models.flatMap((one) =>
      one.status === 'failed' ? [] : one.layers.map(({ origin }) => origin),
    );
    // Whichever comes first pushes the small layer, and the other finds it.
    expect(origins.toSorted(compareBytes)).toEqual(['found', 'kept', 'kept', 'pushed']);
  });

  test('whose headers say nothing is published all the same, and that is said', async () => {
    const odd = { ...(await tinyModel(['a-broken.gguf', 'GGUF'])), name: 'acme/odd' };
    hub.models.push(odd);
    await list.write([{ name: odd.name, sha: odd.sha, image: 'acme/tiny-gguf', exclude: ['tiny-Q4*'] }]);
    const { code, stderr } = await publishJson(args('odd'));
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('acme/odd: no labels of a-broken.gguf: '),
    });
    const shown = await aiAction(['inspect', `${registry.host}/odd/acme/tiny-gguf`]);
    expect(shown.stdout).toMatch(
      /^a-broken\.gguf: its header says that .+ takes 4 bytes, the file has 0 more$/m,
    );
    expect((await configOf('odd')).Labels).toMatchObject({ 'gguf.model.filetype': 'Q8_0' });
    expect((await image('odd')).annotations).not.toHaveProperty('ai.depot.prompt');
    expect((await image('odd')).annotations['ai.depot.recipe']).toMatch(/\+gguf:1$/);
  });

  test('whose image has other arguments than it can have is refused before a byte of it is pushed', async () => {
    await list.write([listed({ cmd: [] })]);
    const { code, stderr } = await publishJson(args('ambiguous'));
    expect(code).toBe(1);
    expect(stderr).toContain('cmd: -m could name any of 2 files: tiny-Q4_K_M.gguf, tiny-Q8_0.gguf');
    expect(stderr).toContain('variants');
    expect(await pullImage(`${registry.host}/ambiguous/acme/tiny-gguf`)).toBeUndefined();
  });

  test('fails alone where a variant has no files, or its prompt the name of one', async () => {
    await writeFile(join(list.folder, 'README.md'), 'You are a README.');
    await list.write([
      listed({ variants: { q4: '*Q4_K_M.gguf', q2: '*Q2_K.gguf' } }),
      listed({ tag: 'prompt', prompt: 'README.md' }),
    ]);
    const { code, json } = await publishJson(args('alone'));
    expect(code).toBe(1);
    expect(json.models).toMatchObject([
      { tags: ['q4'], status: 'published' },
      {
        tags: ['q2'],
        error: { message: expect.stringContaining('variants: "*Q2_K.gguf" matches none of the 4 files') },
      },
      { tags: ['prompt'], error: { message: 'The model has a file README.md, as the prompt is called.' } },
    ]);
  });

  test('is validated with its prompt, which may not lead elsewhere', async () => {
    await symlink('/etc/hostname', join(list.folder, 'link.txt'));
    await list.write([
      listed({ variants: { q4: '*Q4*', q8: '*Q8*' }, prompt: 'absent.txt' }),
      listed({ tag: 'a', prompt: '.' }),
      listed({ tag: 'b', prompt: 'link.txt' }),
    ]);
    const { code, stdout } = await aiAction(['validate', ...list.args.slice(0, 2)]);
    expect(code).toBe(2);
    expect(stdout.match(/: (?=there is no|\. is not|link\.txt leads)[^\n]+/g)).toEqual([
      ': there is no file absent.txt beside the list',
      ': . is not a file of at most 1048576 bytes',
      ": link.txt leads out of the list's folder by a symbolic link",
    ]);
  });

  test('is updated as one model, whatever its variants are', async () => {
    const newer = await tinyModel(['tiny-Q2_K.gguf', ggufBytes('tiny-Q8_0.gguf')]);
    hub.models.unshift(newer);
    await list.write([listed({ variants: { q4: '*Q4*', q8: '*Q8*' } })]);
    const { code, stdout } = await aiAction(['update', ...list.args.slice(0, 2), '--hub', hub.url]);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe('1 updated');
    const text = await readFile(join(list.folder, 'models.yaml'), 'utf8');
    expect(text).toContain(newer.sha);
    expect(text).not.toContain(model.sha);
    const online = await aiAction(['validate', ...list.args.slice(0, 2), '--online', '--hub', hub.url]);
    expect(online.stdout).toMatch(/checked +acme\/tiny-GGUF [^\n]+5 files in 2 layers/);
    expect(online.stdout).toContain('1 model,');
  });
});
