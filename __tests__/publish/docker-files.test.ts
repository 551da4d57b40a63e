/** Which files Docker Model Runner is given. */
import { expect, test } from '@jest/globals';

import type { SourceFile } from '../../src/hub/source.ts';
import { rawFilesOf } from '../../src/publish/companion-artifact.ts';
import { selectDockerFiles } from '../../src/publish/docker-files.ts';

/** Each of another content, but for `path=content`. */
function files(...paths: string[]): SourceFile[] {
  return paths.map((text) => {
    const [path = '', content = path] = text.split('=');
    return { path, size: 1, oid: `sha256:${Buffer.from(content).toString('hex').padStart(64, '0')}` };
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

test('an artifact of more files than a manifest can name is refused before anything is moved', () => {
  const many = files(...Array.from({ length: 8001 }, (_, at) => `${at}.json`));
  expect(() => rawFilesOf('modelpack', 'a/b', many)).toThrow(
    'a/b has 8001 files, and a modelpack artifact takes 8000.',
  );
  expect(rawFilesOf('modelkit', 'a/b', many)).toEqual([]);
});
