/**
 * One fixed model, and the digests of all that is published of it. They change only where the way from files to image
 * does: where that is meant, RECIPE_VERSION (src/image/recipe.ts) is raised, and everything is published anew.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

import { noise } from '../support/layer-bytes.ts';
import { modelList } from '../support/model-list.ts';
import { expectPublished, publishJson } from '../support/published.ts';
import { digest, startRegistryStandIn, type RegistryStandIn } from '../support/registry-stand-in.ts';

const MIB = 2 ** 20;
const FILES = {
  'README.md': '---\nlicense: mit\n---\n# A model\n',
  'onnx/config.json': '{"model_type": "fixed"}\n',
  'model.safetensors': noise(33 * MIB + 5),
};

const LAYERS = [
  'sha256:49dd88ebaa2ecc4bb75b68ae2b04a1fe51f3aa1ff15290a7916314da0b29a730',
  'sha256:6c98290542221c68ff118f848e9c771a66904440a274eb4f016b4debce5f2010',
];

interface Descriptor {
  digest: string;
}

/** What an index has, or a manifest. */
interface Documents {
  manifests?: Descriptor[];
  config?: Descriptor;
  layers?: Descriptor[];
}

test('the digests of a fixed model', async () => {
  await using registry = await startRegistryStandIn();
  await using list = await modelList([{ name: 'owner/golden', source: 'model' }]);
  for (const [path, content] of Object.entries(FILES)) {
    const file = join(list.folder, 'model', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  expectPublished(await publishJson([...list.args, '--registry', registry.host]));

  const index = documentAt(registry, 'latest');
  const manifests = (index.document.manifests ?? []).map((listed) => documentAt(registry, listed.digest));
  expect({
    index: index.digest,
    manifests: manifests.map((manifest) => manifest.digest),
    configs: manifests.map(({ document }) => document.config?.digest),
    layers: manifests.map(({ document }) => document.layers?.map((layer) => layer.digest)),
  }).toEqual({
    index: 'sha256:f8767aad58cf365efcf5e770df8f02f3bf7429e44f96421ba0e8077301cb533a',
    manifests: [
      'sha256:5f474dfbce3edce9c4bd3e28a3c53871431743377a1fd04dd4fa57980e631693',
      'sha256:bd039b2e0b9c5022fdf1d7eabddb43014591a8e2c2dc0d946966e70637b29c34',
    ],
    configs: [
      'sha256:e629e56851b70460b150fa12c0dce32533a8e3d59bb6733bc9955335401521b4',
      'sha256:0127d0e2e9eae4fa5c453ad0432c9a7f5c57561ae3d4027a1329705ee0e6f2cc',
    ],
    layers: [LAYERS, LAYERS],
  });
}, 60_000);

function documentAt(
  { manifests }: RegistryStandIn,
  reference: string,
): { digest: string; document: Documents } {
  const { bytes } = manifests.get(reference) ?? {};
  if (bytes === undefined) throw new Error(`nothing is at ${reference}`);
  return { digest: digest(bytes), document: JSON.parse(bytes.toString()) as Documents };
}
