import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { selectFiles } from '../../src/models/select-files.ts';
import { entryOf, SHA } from '../support/list.ts';

const FILES = [
  { path: '.gitattributes' },
  { path: 'README.md' },
  { path: 'a [1].bin' },
  { path: 'config.json' },
  { path: 'model.safetensors' },
  { path: 'onnx/config.json' },
  { path: 'onnx/deep/model.onnx' },
  { path: 'onnx/model.onnx' },
  { path: 'unet/größe.bin' },
  { path: 'unet/onnx/x.bin' },
].map((file) => ({ ...file, size: 1 }));

function selected(options: string): string[] {
  return selectFiles(entryOf(`- {name: a, sha: ${SHA}, ${options}}`), FILES).map(({ path }) => path);
}

describe('include', () => {
  test.each([
    ['*.json', ['config.json', 'onnx/config.json']],
    ['/*.json', ['config.json']],
    ['./config.json', ['config.json']],
    ['onnx/*.onnx', ['onnx/model.onnx']],
    ['onnx/**', ['onnx/config.json', 'onnx/deep/model.onnx', 'onnx/model.onnx']],
    ['**/*.onnx', ['onnx/deep/model.onnx', 'onnx/model.onnx']],
    ['onnx/', ['onnx/config.json', 'onnx/deep/model.onnx', 'onnx/model.onnx', 'unet/onnx/x.bin']],
    ['/onnx/', ['onnx/config.json', 'onnx/deep/model.onnx', 'onnx/model.onnx']],
    ['unet/onnx/', ['unet/onnx/x.bin']],
    ['*attributes', ['.gitattributes']],
    ['{README,config}.*', ['README.md', 'config.json', 'onnx/config.json']],
    ['model.[os]*', ['model.safetensors', 'onnx/deep/model.onnx', 'onnx/model.onnx']],
    ['a \\[1\\].bin', ['a [1].bin']],
    ['gr??e.bin', ['unet/größe.bin']],
  ])('%s', (glob, paths) => {
    expect(selected(`include: '${glob}'`)).toEqual(paths);
  });

  test('names the glob that matches nothing, and the line of the entry', () => {
    expect(() => selected("include: ['*.json', '*.gguf', 'readme.md']")).toThrow(
      'models.yaml:1: include: "*.gguf", "readme.md" match none of the 10 files of a',
    );
    expect(() => selected('include: x')).toThrow(UserError);
  });
});

describe('exclude', () => {
  test('wins over include and need not match', () => {
    expect(selected("include: '*.json', exclude: [onnx/, '*.h5']")).toEqual(['config.json']);
  });

  test('of everything is a mistake', () => {
    expect(() => selected("exclude: '*'")).toThrow('models.yaml:1: exclude leaves none of the 10 files of a');
  });
});

test('without globs all files are taken', () => {
  expect(selected('tag: latest')).toHaveLength(10);
});
