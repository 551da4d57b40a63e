import { expect, test } from '@jest/globals';

import { copyInstruction } from '../../src/dockerfile/copy-instruction.ts';

test.each([
  ['model.safetensors', '/model.safetensors /model/'],
  ['onnx/模型-naïve.v1+2.onnx', '/onnx/模型-naïve.v1+2.onnx /model/'],
  ['', '/ /model/'],
  ['a b.txt', '["/a b.txt","/model/"]'],
  ['[a]*?.txt', '["/[[]a][*][?].txt","/model/"]'],
  [`it's "$HOME"`, String.raw`["/it\\'s \\\"\\$HOME\\\"","/model/"]`],
])('of %j', (path, expected) => {
  const copied = copyInstruction('localhost:8787/a/b:latest', path, '/model/');
  expect(copied).toBe(`COPY --from=localhost:8787/a/b:latest ${expected}`);
});

test('takes flags', () => {
  expect(copyInstruction('localhost:8787/a/b', 'c', '/', ['--link'])).toBe(
    'COPY --link --from=localhost:8787/a/b /c /',
  );
});
