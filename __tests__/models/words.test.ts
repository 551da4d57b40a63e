/** The small parts: image names, the options' digest, the nearest word, how a problem is shown, the JSON Schema. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { imageNameOf, repositoryOf } from '../../src/models/image-name.ts';
import { nearest } from '../../src/models/nearest.ts';
import { optionsDigest } from '../../src/models/options-digest.ts';
import { formatProblem } from '../../src/models/problem.ts';
import { listJsonSchema } from '../../src/models/schema.ts';
import { entryOf, SHA } from '../support/list.ts';

describe('the image of a model', () => {
  test.each([
    ['gpt2', 'gpt2'],
    ['black-forest-labs/FLUX.1-schnell', 'black-forest-labs/flux.1-schnell'],
    ['google/bert_uncased_L-2_H-128_A-2', 'google/bert_uncased_l-2_h-128_a-2'],
    ['a__b/c-d', 'a__b/c-d'],
    ['_a_/b_', 'a/b'],
    ['a/b_-c._d', 'a/b-c-d'],
    ['a/b___c', 'a/b-c'],
    ['a/_', undefined],
    ['__', undefined],
  ])('%s is %s', (model, image) => {
    expect(imageNameOf(model)).toBe(image);
  });

  test('lies below the prefix', () => {
    expect(repositoryOf('', 'a/b')).toBe('a/b');
    expect(repositoryOf('project/models', 'a/b')).toBe('project/models/a/b');
  });
});

function digest(options: string): string {
  return optionsDigest(entryOf(`- {name: Gpt2, sha: ${SHA}${options}}`), 'stream');
}

describe("the options' digest", () => {
  test('stays what it is', () => {
    expect(digest('')).toBe('f398ca2393748ed9ab514cd92c39c85a1103ca4b53d31ed9010fe124c3e0e5ab');
    expect(digest(", include: '*.json', exclude: ['b', 'a'], layout: single, platforms: linux/amd64")).toBe(
      'd0b9162fed156d0507bcc66602046ef236375d3332bfe296fa3a014f919b7efc',
    );
  });

  test('is of the options and the builder, not of revision, tags, image or order', () => {
    expect(digest(', tag: v1, image: other')).toBe(digest(''));
    expect(digest(', pin: true, track: v1')).toBe(digest(''));
    expect(digest(', include: [a, b]')).toBe(digest(', include: [b, a]'));
    expect(optionsDigest(entryOf('- {name: Gpt2, source: x}'), 'stream')).toBe(digest(''));
    expect(optionsDigest(entryOf('- {name: Gpt2, source: x}'), 'buildx')).not.toBe(digest(''));
    const others = [', include: a', ', exclude: a', ', layout: single', ', platforms: linux/amd64'];
    expect(new Set([digest(''), ...others.map(digest)]).size).toBe(5);
  });
});

describe('the nearest word', () => {
  test.each([
    ['platfroms', 'platforms'],
    ['TAG', 'tag'],
    ['tags', 'tag'],
    ['includes', 'include'],
    ['x', undefined],
    ['revision', undefined],
    ['', undefined],
  ])('%s → %s', (word, meant) => {
    expect(nearest(word, ['tag', 'sha', 'include', 'platforms'])).toBe(meant);
  });
});

describe('a problem is shown', () => {
  const problem = { file: 'm.yaml', line: 12, column: 5, length: 3, message: 'wrong', excerpt: '\tab cde f' };

  test('as a compiler does it', () => {
    expect(formatProblem({ ...problem, hint: 'write\nthat' })).toBe(
      'm.yaml:12:5: wrong\n  12 |  ab cde f\n     |     ^^^\n  hint: write\n        that',
    );
  });

  test('without the line where there is none, and cut where it is long', () => {
    expect(formatProblem({ ...problem, excerpt: '' })).toBe('m.yaml:12:5: wrong');
    const long = formatProblem({
      ...problem,
      column: 501,
      excerpt: `${'x'.repeat(500)}bad${'y'.repeat(400)}`,
    });
    expect(Math.max(...long.split('\n').map((line) => line.length))).toBeLessThan(180);
  });
});

test('models.schema.json is what scripts/models-schema.ts writes', () => {
  const file = readFileSync(new URL('../../models/models.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(listJsonSchema())));
});
