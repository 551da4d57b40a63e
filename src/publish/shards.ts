/** Divides what is to be published among jobs that run side by side. */

/** GitHub's limit of the jobs of a matrix. */
export const MOST_SHARDS = 256;

/** What a model costs besides its bytes, in bytes that could be moved meanwhile. */
const OVERHEAD = 100e6;

/**
 * The largest first, each to the shard that has the least to do so far; models whose size is not known count as the
 * average of those whose size is.
 * @param models bytes: what is to be moved; undefined where nobody asked
 * @param most at least 1
 * @returns at most `most` shards, none of them empty; in each, models keep their order
 */
export function divideIntoShards<T extends { bytes: number | undefined }>(
  models: readonly T[],
  most: number,
): T[][] {
  const known = models.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes]));
  const average = known.reduce((sum, bytes) => sum + bytes, 0) / Math.max(known.length, 1);
  const weighed = models
    .map((model, at) => ({ model, at, weight: OVERHEAD + (model.bytes ?? average) }))
    .toSorted((one, other) => other.weight - one.weight);
  const shards = Array.from({ length: Math.min(most, models.length) }, () => ({
    weight: 0,
    models: [] as typeof weighed,
  }));
  for (const heaviest of weighed) {
    const lightest = shards.reduce((least, shard) => (shard.weight < least.weight ? shard : least));
    lightest.weight += heaviest.weight;
    lightest.models.push(heaviest);
  }
  return shards.map((shard) =>
    shard.models.toSorted((one, other) => one.at - other.at).map(({ model }) => model),
  );
}
