/** The ranked search, and the query language of the list. */
import { describe, expect, test } from '@jest/globals';
import type { ModelEntry } from '../../../worker/src/catalogue/entry.ts';
import { formatQuery, parseQuery, selectModels } from '../../../worker/src/catalogue/query.ts';
import { search } from '../../../worker/src/catalogue/search.ts';

const NAMES = [
  'google-bert/bert-base-uncased',
  'google-bert/bert-large-cased',
  'openai-community/gpt2',
  'openai-community/gpt2-large',
  'meta/llama-3-8b-instruct',
  'facebook/roberta-base',
  'stabilityai/stable-diffusion-xl',
  'bert',
  'albert/albert-base-v2',
  'eleutherai/gpt-neo-125m',
];

function found(query: string, names: readonly string[] = NAMES): string[] {
  return search(
    names.map((name) => ({ name })),
    query,
  ).map(({ name }) => name);
}

describe('search', () => {
  test.each([
    ['bert', 'bert'],
    ['gpt2', 'openai-community/gpt2'],
    ['gpt-2', 'openai-community/gpt2'],
    ['GPT2 large', 'openai-community/gpt2-large'],
    ['llama', 'meta/llama-3-8b-instruct'],
    ['lama', 'meta/llama-3-8b-instruct'],
    ['llmaa', 'meta/llama-3-8b-instruct'],
    ['stabel-difusion', 'stabilityai/stable-diffusion-xl'],
    ['sdxl', 'stabilityai/stable-diffusion-xl'],
    ['8b meta', 'meta/llama-3-8b-instruct'],
    ['bert uncsed', 'google-bert/bert-base-uncased'],
  ])('for %p has %p first', (query, first) => {
    expect(found(query)[0]).toBe(first);
  });

  test('ranks the whole name before its beginning, a word, and a part of a word', () => {
    const names = ['a/xbert', 'a/large-bert', 'a/bert-large', 'a/bert', 'bert'];
    expect(found('bert', names)).toEqual(names.toReversed());
  });

  test.each(['zebra', 'bert llama', 'x'.repeat(10_000)])('finds nothing for %.20p', (query) => {
    expect(found(query, NAMES.slice(0, 5))).toEqual([]);
  });

  test('gives all in their order where nothing is searched for', () => {
    expect(found('  ')).toEqual(NAMES);
  });

  test('looks into task, licence and format, after the names', () => {
    const models = [
      { name: 'a/one', task: 'fill-mask', formats: ['gguf'] },
      { name: 'a/mask', license: 'mit' },
    ];
    expect(search(models, 'mask').map(({ name }) => name)).toEqual(['a/mask', 'a/one']);
    expect(search(models, 'gguf').map(({ name }) => name)).toEqual(['a/one']);
  });
});

function model(name: string, more: Partial<ModelEntry> = {}): ModelEntry {
  return { name, tags: 1, updatedAt: '2026-01-01T00:00:00.000Z', formats: [], ...more };
}

const MODELS = [
  model('a/big', { size: 5e9, formats: ['gguf'], license: 'mit', updatedAt: '2026-03-01T00:00:00.000Z' }),
  model('b/small', { size: 5e6, formats: ['onnx', 'safetensors'], license: 'mit', task: 'fill-mask' }),
  model('c/new', { formats: ['safetensors'], updatedAt: '2026-04-01T00:00:00.000Z', pulls: 7 }),
];

function selected(query: string): string[] {
  return selectModels(MODELS, parseQuery(new URLSearchParams(query))).models.map(({ name }) => name);
}

describe('the list', () => {
  test.each([
    ['', ['c/new', 'a/big', 'b/small']],
    ['order=asc', ['b/small', 'a/big', 'c/new']],
    ['sort=name', ['a/big', 'b/small', 'c/new']],
    ['sort=name&order=desc', ['c/new', 'b/small', 'a/big']],
    // What does not say its size comes last, either way.
    ['sort=size', ['a/big', 'b/small', 'c/new']],
    ['sort=size&order=asc', ['b/small', 'a/big', 'c/new']],
    ['sort=pulls', ['c/new', 'a/big', 'b/small']],
    ['format=safetensors', ['c/new', 'b/small']],
    ['format=gguf&format=onnx', ['a/big', 'b/small']],
    ['license=mit&task=fill-mask', ['b/small']],
    ['size=100MB-10GB', ['a/big']],
    ['size=-5000000', ['b/small']],
    ['size=1.5gb-', ['a/big']],
    ['q=small', ['b/small']],
    ['n=2', ['c/new', 'a/big']],
    ['n=2&page=2', ['b/small']],
    ['page=9', []],
    // What a form sends where nothing is filled in.
    ['q=&format=&size=&sort=&page=', ['c/new', 'a/big', 'b/small']],
  ])('for %p', (query, names) => {
    expect(selected(query)).toEqual(names);
  });

  test('counts what there is to filter by, whatever the filters', () => {
    const { total, of, facets } = selectModels(MODELS, parseQuery(new URLSearchParams('format=gguf')));
    expect({ total, of, facets }).toEqual({
      total: 1,
      of: 3,
      facets: {
        formats: [
          { value: 'safetensors', count: 2 },
          { value: 'gguf', count: 1 },
          { value: 'onnx', count: 1 },
        ],
        licenses: [{ value: 'mit', count: 2 }],
        tasks: [{ value: 'fill-mask', count: 1 }],
      },
    });
  });

  test.each([
    'sort=best',
    'order=up',
    'page=0',
    'n=1001',
    'n=x',
    'size=5',
    'size=a-b',
    'size=-',
    'size=1XB-',
  ])('refuses %p', (query) => {
    expect(() => parseQuery(new URLSearchParams(query))).toThrow(RangeError);
  });

  test.each([
    '',
    'q=bert&format=gguf&format=onnx&license=mit&task=fill-mask&size=100-2000&sort=size&order=asc&page=2&n=10',
    'size=100-',
    'sort=name',
  ])('has the address %p again', (query) => {
    expect(formatQuery(parseQuery(new URLSearchParams(query)))).toBe(query);
  });
});
