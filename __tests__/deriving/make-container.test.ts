/** The same artifact on the same base is the same container, whenever and wherever it is made. */
import { expect, test } from '@jest/globals';

import { openBases } from '../../src/bases/bases.ts';
import { makeContainer } from '../../src/deriving/make-container.ts';
import { openArtifact } from '../../src/deriving/open-artifact.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import { openProgress } from '../../src/report/progress.ts';
import { putForeignImage, type ForeignTool } from '../support/foreign-images.ts';
import { OciClient } from '../support/oci-client.ts';
import { baseContent, pushContent } from '../support/registry-content.ts';
import { startRegistryStandIn } from '../support/registry-stand-in.ts';

// The base has no layer, whose bytes would be those of this machine's zlib. Whoever changes these changes every container that is made from now on.
test.each<[ForeignTool, string]>([
  ['kit', 'sha256:66e9ad9c844a52e984274d00f821c089a081c6e7f1210ce790adbadc9522bb87'],
  ['kit-zstd', 'sha256:7da09923e49e82c6e6987bb17ad192daba058f4d43d5ae5db7a910f4264b3b66'],
  ['kit-model-pack', 'sha256:80e8b3a73695ddb5cf8f4aaff6481125881d7b881ccf36652e39b1702961acbb'],
  ['modctl-tar', 'sha256:46b81e12ef3cff84a0c5e84f28dbef2b0e5d901e95253dc9523fcec4ebd827da'],
])('golden digest of a container of %s', async (tool, digest) => {
  await using server = await startRegistryStandIn();
  putForeignImage(server, tool);
  const platforms = ['linux/amd64', 'linux/arm/v7'];
  await pushContent(
    new OciClient(`http://${server.host}`, 'base'),
    baseContent({ platforms, layers: [], format: 'docker' }),
  );
  const registry = openRegistry({ host: server.host });
  const progress = openProgress({ write: () => true });
  try {
    const bases = openBases(async () => registry);
    const reference = { registry: server.host, repository: 'owner/kit', tag: tool };
    const { container } = await makeContainer({
      artifact: await openArtifact(reference, async ({ repository }) => registry.repository(repository)),
      base: { ...(await bases.open(`${server.host}/base:1`)), name: 'registry.example/base:1' },
      bases,
      choices: [],
      settings: { workdir: '/srv', env: { A: '1' }, cmd: ['serve'] },
      to: { repository: registry.repository('owner/container'), tag: 'run' },
      dryRun: true,
      progress,
      signal: new AbortController().signal,
    });
    expect(container.index.descriptor.digest).toBe(digest);
  } finally {
    progress.close();
    await registry.close();
  }
});
