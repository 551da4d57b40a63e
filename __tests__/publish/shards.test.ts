import { describe, expect, test } from '@jest/globals';

import { compareBytes } from '../../src/oci/compare.ts';
import { divideIntoShards, MOST_SHARDS } from '../../src/publish/shards.ts';

const models = (...sizes: (number | undefined)[]) =>
  sizes.map((bytes, number) => ({ name: `model-${number}`, bytes }));
const namesOf = (shards: { name: string }[][]) => shards.map((shard) => shard.map(({ name }) => name));

describe('divideIntoShards', () => {
  test('gives each model a job of its own while there are enough', () => {
    const names = namesOf(divideIntoShards(models(1, 5e9, 2), 20));
    expect(names.map((shard) => shard.join(' ')).toSorted(compareBytes)).toEqual([
      'model-0',
      'model-1',
      'model-2',
    ]);
  });

  test('has the jobs move about as many bytes each, and keeps the order within one', () => {
    const shards = divideIntoShards(models(1e9, 10e9, 2e9, 3e9, 4e9), 2);
    expect(namesOf(shards)).toEqual([['model-1'], ['model-0', 'model-2', 'model-3', 'model-4']]);
  });

  test('goes by the number of models where no size is known, and makes none for nothing', () => {
    const shards = divideIntoShards(models(...Array.from({ length: 10_000 }, () => undefined)), MOST_SHARDS);
    expect(new Set(shards.map(({ length }) => length))).toEqual(new Set([39, 40]));
    expect(shards).toHaveLength(256);
    expect(divideIntoShards([], MOST_SHARDS)).toEqual([]);
  });

  test('takes the average of the known for the unknown', () => {
    const shards = divideIntoShards(models(8e9, 2e9, 2e9, undefined), 2);
    expect(namesOf(shards)).toEqual([['model-0'], ['model-1', 'model-2', 'model-3']]);
  });
});
