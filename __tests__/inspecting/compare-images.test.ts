/** What diff says of two images. */
import { expect, test } from '@jest/globals';

import { compareImages, type ImageComparison } from '../../src/inspecting/compare-images.ts';
import { compressedLayer, noise, type Content } from '../support/layer-bytes.ts';
import { impatient } from '../support/registry-client.ts';
import { startRegistryStandIn } from '../support/registry-stand-in.ts';
import { plainLayer, putImage, tocLayer, type StandInLayer } from '../support/stand-in-images.ts';

const MIB = 2 ** 20;
const WEIGHTS: Content = { 'model.bin': noise(MIB) };
const BEFORE: Content = {
  'gone.txt': Buffer.from('gone'),
  'same.txt': Buffer.from('same'),
  'x.txt': Buffer.from('x'),
};
const AFTER: Content = {
  'new.bin': noise(5 * MIB, 2),
  'same.txt': Buffer.from('same'),
  'x.txt': Buffer.from('xy'),
};

async function diff(
  before: readonly StandInLayer[],
  after: readonly StandInLayer[],
): Promise<ImageComparison> {
  await using registry = await startRegistryStandIn();
  putImage(registry, { layers: before, tag: 'v1' });
  putImage(registry, { layers: after, tag: 'v2' });
  const client = impatient(registry.host);
  const [from, to] = ['v1', 'v2'].map((tag) => ({
    reference: { registry: registry.host, repository: 'owner/model', tag },
    repository: client.repository('owner/model'),
  }));
  const comparison = await compareImages(from!, to!);
  await client.close();
  return comparison;
}

const FILES = {
  added: [{ path: 'new.bin', size: 5 * MIB }],
  changed: [{ path: 'x.txt', size: 2, sizeBefore: 1 }],
  removed: [{ path: 'gone.txt', size: 4 }],
};

test('files are added, changed and removed, and a puller moves the layers that the first lacks', async () => {
  const [weights, small] = [tocLayer(WEIGHTS), tocLayer(AFTER)];
  const comparison = await diff([weights, tocLayer(BEFORE)], [weights, small]);
  expect(comparison).toMatchObject({ ...FILES, unchanged: 2 });
  expect(comparison.sharedLayers).toEqual({ count: 1, bytes: weights.blob.length });
  expect(comparison.layers).toEqual({ count: 1, bytes: small.blob.length });
  // The chunks of new.bin and x.txt and the table of contents; same.txt stays where it is.
  expect(comparison.ranges.count).toBe(4);
  expect(comparison.ranges.bytes).toBeGreaterThan(5 * MIB);
  expect(comparison.ranges.bytes).toBeLessThan(small.blob.length);
});

test('layers in other bytes hold the same files', async () => {
  const comparison = await diff(
    [plainLayer({ ...WEIGHTS, ...BEFORE })],
    [tocLayer(WEIGHTS, compressedLayer), plainLayer(AFTER)],
  );
  expect(comparison).toMatchObject({ ...FILES, unchanged: 2 });
  expect(comparison.sharedLayers.count).toBe(0);
});

test('an image does not differ from itself', async () => {
  const layers = [tocLayer(WEIGHTS), plainLayer(AFTER)];
  const comparison = await diff(layers, layers);
  const nothing = { count: 0, bytes: 0 };
  expect(comparison).toMatchObject({ added: [], changed: [], removed: [], unchanged: 4 });
  expect(comparison).toMatchObject({ layers: nothing, ranges: nothing });
});
