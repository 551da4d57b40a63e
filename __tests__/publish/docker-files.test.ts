/** Which files Docker Model Runner is given. */
import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';

import { makeModelPack } from '../../src/artifacts/modelpack.ts';
import type { SourceFile } from '../../src/hub/source.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { rawFilesOf } from '../../src/publish/companion-artifact.ts';
import { selectDockerFiles } from '../../src/publish/docker-files.ts';

/** Each of another content, but for `path=content`. */
function files(...paths: string[]): SourceFile[] {
  return paths.map((text) => {
    const [path = '', content = path] = text.split('=');
    return { path, size: 1, oid: `sha256:${hash('sha256', content)}` };
  });
}

function chosen(...paths: string[]): string[] {
  const { format, files: choices } = selectDockerFiles('a/b', files(...paths));
  return [format, ...choices.map(({ file, role }) => `${role} ${file.path}`)];
}

test('of GGUF: the model, a projector, a template, licences', () => {
  expect(
    chosen(
      'config.json',
      'LICENSE',
      'm.gguf',
      'mmproj-bf16.gguf',
      'mmproj-f16.gguf',
      'imatrix.gguf',
      'chat.jinja',
    ),
  ).toEqual(['gguf', 'gguf m.gguf', 'mmproj mmproj-f16.gguf', 'chatTemplate chat.jinja', 'license LICENSE']);
});

test('of a model in parts: all of them, in their order', () => {
  expect(chosen('m-00002-of-00002.gguf', 'm-00001-of-00002.gguf', 'model.safetensors')).toEqual([
    'gguf',
    'gguf m-00001-of-00002.gguf',
    'gguf m-00002-of-00002.gguf',
  ]);
});

test('of safetensors: all but other weights, each content once', () => {
  expect(
    chosen(
      'model.safetensors',
      'original/tokenizer.model=t',
      'pytorch_model.bin',
      'tokenizer.model=t',
      'LICENSE.txt',
      'chat_template.jinja',
      'modeling_custom.py',
    ),
  ).toEqual([
    'safetensors',
    'safetensors model.safetensors',
    'file tokenizer.model',
    'license LICENSE.txt',
    'chatTemplate chat_template.jinja',
    'file modeling_custom.py',
  ]);
  const { doubles } = selectDockerFiles('a/b', files('m.safetensors', 'x/a=1', 'a=1'));
  expect(doubles.map(({ path }) => path)).toEqual(['x/a']);
});

test.each([
  [['model.onnx'], 'a/b has no GGUF and no safetensors files: nothing that Docker Model Runner runs.'],
  [['mmproj.gguf'], 'a/b has no GGUF and no safetensors files: nothing that Docker Model Runner runs.'],
  [
    ['q4.gguf', 'q5.gguf', 'q8.gguf'],
    'a/b has 3 GGUF models (q4.gguf, q5.gguf, and 1 more), and a Docker model is one.',
  ],
  [['m-00001-of-00002.gguf'], 'a/b lacks m-00002-of-00002.gguf, a part of its GGUF model.'],
])('%j is refused', (paths, message) => {
  expect(() => chosen(...paths)).toThrow(message);
});

function many(count: number): SourceFile[] {
  return files(...Array.from({ length: count }, (_, at) => `${'"'.repeat(99)}${at}.json`));
}

/** Bytes of the manifest of these files. */
async function manifestOf(raw: readonly SourceFile[]): Promise<number> {
  const named = raw.map(({ path, size, oid }) => ({ path, size, digest: oid as Digest }));
  const identity = { name: 'a/b', revision: '1' };
  const { manifest } = await makeModelPack({ identity, facts: {}, files: named, annotations: {} });
  return manifest.bytes.length;
}

test('an artifact of more files than a manifest can name is refused before anything is moved', async () => {
  expect(await manifestOf(rawFilesOf('modelpack', 'a/b', many(8900)))).toBeLessThan(4 * 2 ** 20);
  expect(await manifestOf(many(10_500))).toBeGreaterThan(4 * 2 ** 20);
  expect(() => rawFilesOf('modelpack', 'a/b', many(10_500))).toThrow(
    'a/b has 10500 files: too many for one manifest of a modelpack artifact.',
  );
  expect(rawFilesOf('modelkit', 'a/b', many(10_500))).toEqual([]);
});
