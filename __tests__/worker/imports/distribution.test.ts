/** Importing from a registry that others wrote: CNCF distribution. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MiB, runImport, startImporter } from '../../support/imports.ts';
import { startDistribution } from '../../support/distribution.ts';
import { CONFIG, descriptor, digestOf, IMAGE, INDEX, LAYER, OciClient } from '../../support/oci-client.ts';
import { describeWith, serviceAddress } from '../../support/services.ts';
import { someBytes, type TestRegistry } from '../../support/worker.ts';

const layer = someBytes(17 * MiB, 1);

/** Pushes an index of one image. @returns its digest */
async function push(client: OciClient): Promise<string> {
  const config = Buffer.from('{"architecture":"amd64","os":"linux"}');
  for (const bytes of [config, layer]) await client.pushBlob(bytes);
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE,
    config: descriptor(CONFIG, config),
    layers: [descriptor(LAYER, layer)],
  };
  await client.pushManifest(manifest);
  const manifests = [descriptor(IMAGE, JSON.stringify(manifest))];
  return client.pushManifest({ schemaVersion: 2, mediaType: INDEX, manifests }, 'v1');
}

describeWith('registry')('CNCF distribution', () => {
  test('that wants a password gives the image to who knows it', async () => {
    // bcrypt of "correct horse"
    const htpasswd = 'me:$2b$04$6VDpjnuamdqv49a46g882OlaZWxTK/VCxomuY7PNOWDHtkemphIZC\n';
    await using locked = await startDistribution(
      { htpasswd: { realm: 'test', path: '{folder}/htpasswd' } },
      { htpasswd },
    );
    const headers = { Authorization: `Basic ${btoa('me:correct horse')}` };
    const digest = await push(new OciClient(`http://${locked.host}`, 'a/model', headers));
    const importer = await startImporter(
      { [locked.host]: { kind: 'basic', secret: 'PULL_PASSWORD' } },
      { variables: { PULL_PASSWORD: 'me:correct horse' } },
    );
    const source = { registry: locked.host, repository: 'a/model', digest };
    const record = await runImport(importer, 'from/locked:v1', source);
    await importer.stop();
    expect(record).toMatchObject({ state: 'done' });
  });
});

describeWith('registry')('CNCF distribution that is open to all', () => {
  const repository = `imports-${randomUUID().slice(0, 8)}/model`;
  let registry: TestRegistry;
  let digest: string;
  beforeAll(async () => {
    const host = serviceAddress('REGISTRY');
    digest = await push(new OciClient(`http://${host}`, repository));
    registry = await startImporter({ [host]: {} });
  });
  afterAll(() => registry.stop());

  test('an image is imported by its tag, byte for byte', async () => {
    const source = { registry: serviceAddress('REGISTRY'), repository, reference: 'v1' };
    expect(await runImport(registry, 'from/distribution:v1', source)).toMatchObject({
      state: 'done',
      digest,
    });
    const client = new OciClient(registry.url, 'from/distribution');
    const served = await client.request('GET', `blobs/${digestOf(layer)}`);
    expect(Buffer.from(await served.arrayBuffer()).equals(layer)).toBe(true);
  });
});
