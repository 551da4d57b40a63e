/** Images that other tools made: what is in them is found, and all of it is as its digests say. */
import { expect, test } from '@jest/globals';

import { compareImages } from '../../src/inspecting/compare-images.ts';
import { inspectImage, type Inspection } from '../../src/inspecting/inspect-image.ts';
import { verifyReference } from '../../src/verifying/verify-reference.ts';
import {
  FOREIGN_FILES,
  FOREIGN_TOOLS,
  putForeignImage,
  type ForeignTool,
} from '../support/foreign-images.ts';
import { impatient } from '../support/registry-client.ts';
import { startRegistryStandIn } from '../support/registry-stand-in.ts';

const KINDS: Readonly<Record<ForeignTool, Inspection['kind']>> = {
  containerd: 'image',
  crane: 'image',
  kit: 'modelkit',
  'kit-model-pack': 'modelpack',
  'kit-zstd': 'modelkit',
  modctl: 'modelpack',
  'modctl-tar': 'modelpack',
};

test.each(FOREIGN_TOOLS)('an image of %s is inspected and verified', async (tool) => {
  await using registry = await startRegistryStandIn();
  putForeignImage(registry, tool);
  const client = impatient(registry.host);
  const reference = { registry: registry.host, repository: 'owner/tiny', tag: tool };
  const named = { reference, repository: client.repository('owner/tiny') };
  const inspection = await inspectImage(named, { tensors: true, wholeLayers: false });
  expect(Object.fromEntries(inspection.files.map(({ path, digest }) => [path, digest]))).toEqual(
    FOREIGN_FILES,
  );
  expect(inspection.tensors).toEqual([
    expect.objectContaining({ path: 'model.safetensors', parameters: 17, dtypes: { F32: 12, BF16: 5 } }),
  ]);
  expect(inspection.tags).toEqual([tool]);
  expect(inspection.kind).toBe(KINDS[tool]);
  const verification = await verifyReference(named, { expect: () => undefined, moved: () => undefined });
  expect(verification).toMatchObject({ manifests: 1, files: 3, findings: [] });
  await client.close();
});

test('images of the same files by two tools do not differ, but nothing of one serves for the other', async () => {
  await using registry = await startRegistryStandIn();
  putForeignImage(registry, 'kit');
  putForeignImage(registry, 'containerd');
  const client = impatient(registry.host);
  const [from, to] = ['kit', 'containerd'].map((tag) => ({
    reference: { registry: registry.host, repository: 'owner/tiny', tag },
    repository: client.repository('owner/tiny'),
  }));
  const comparison = await compareImages(from!, to!);
  expect(comparison).toMatchObject({ added: [], changed: [], removed: [], unchanged: 3 });
  expect(comparison.sharedLayers.count).toBe(0);
  await client.close();
});
