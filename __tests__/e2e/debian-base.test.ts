/** A container on a base that BuildKit made of a Debian root file system, in Docker's manifest format. */
import { execFile } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

import type { Index, Manifest } from '../../src/oci/descriptor.ts';
import { MEDIA_TYPE, MANIFEST_TYPES } from '../../src/oci/media-types.ts';
import { buildTo } from '../support/buildkit.ts';
import { hasDebian, unpackDebian } from '../support/debian-root.ts';
import { modelList } from '../support/model-list.ts';
import { OciClient } from '../support/oci-client.ts';
import { expectPublished, publishJson } from '../support/published.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { temporaryFolder } from '../support/temporary.ts';

const run = promisify(execFile);

const describeHere = hasDebian() ? describeWith('registry', 'buildkit') : describe.skip;

describeHere('a Debian root file system as the base', () => {
  test('a shell of the base reads the model, and crane finds every digest right', async () => {
    await using folder = await temporaryFolder();
    const [host, prefix] = [serviceAddress('REGISTRY'), `debian-${randomUUID()}`];
    await pushDebian(folder.path, `${host}/${prefix}/base:1`);

    const weights = randomBytes(100_000);
    await using list = await modelList([
      {
        name: 'owner/model',
        source: 'model',
        runtimes: [{ name: 'debian', base: `${host}/${prefix}/base:1`, env: { MODEL: '/weights.bin' } }],
      },
    ]);
    await mkdir(join(list.folder, 'model'));
    await writeFile(join(list.folder, 'model', 'weights.bin'), weights);
    expectPublished(await publishJson([...list.args, '--registry', `${host}/${prefix}`]));

    const container = `${prefix}/owner/model:latest-debian`;
    await run('crane', ['validate', '--remote', `${host}/${container}`, '--insecure']);
    const [base, made] = [
      await layersOf(host, `${prefix}/base`, '1'),
      await layersOf(host, `${prefix}/owner/model`, 'latest-debian'),
    ];
    const model = await layersOf(host, `${prefix}/owner/model`, 'latest');
    expect(base.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.docker.image.rootfs.diff.tar.gzip',
    ]);
    expect(made.map(({ digest }) => digest)).toEqual([...base, ...model].map(({ digest }) => digest));
    expect(made.map(({ mediaType }) => mediaType)).toEqual([MEDIA_TYPE.layerGzip, MEDIA_TYPE.layerGzip]);

    const shown = join(folder.path, 'shown');
    await buildTo(shown, 'eager', [
      `FROM ${host}/${container} AS run`,
      'RUN . /etc/os-release && echo "$ID $(busybox sha256sum $MODEL)" > /shown',
      'FROM scratch',
      'COPY --from=run /shown /',
    ]);
    const sum = createHash('sha256').update(weights).digest('hex');
    expect(await readFile(join(shown, 'shown'), 'utf8')).toMatch(
      new RegExp(`^(?:debian|ubuntu) ${sum}  /weights.bin\n$`),
    );
  });
});

async function pushDebian(folder: string, image: string): Promise<void> {
  const [packages, context] = [join(folder, 'packages'), join(folder, 'context')];
  await mkdir(packages);
  await mkdir(join(context, 'root'), { recursive: true });
  await unpackDebian(packages, join(context, 'root'));
  await symlink('dash', join(context, 'root', 'bin', 'sh')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await writeFile(
    join(context, 'Dockerfile'),
    'FROM scratch\nCOPY root /\nENV PATH=/usr/bin:/bin\nCMD ["/bin/sh"]\n',
  );
  const output = `type=image,name=${image},push=true,oci-mediatypes=false`;
  const builder = serviceAddress('BUILDX_BUILDER');
  await run('buildx', ['build', '--builder', builder, '--provenance=false', '--output', output, context]);
}

/** Of the first of its platforms. */
async function layersOf(host: string, repository: string, tag: string): Promise<Manifest['layers']> {
  const client = new OciClient(`http://${host}`, repository);
  const headers = { Accept: MANIFEST_TYPES.join(', ') };
  const found = (await (await client.request('GET', `manifests/${tag}`, { headers })).json()) as
    Index | Manifest;
  if ('layers' in found) return found.layers;
  return layersOf(host, repository, found.manifests[0]?.digest ?? '');
}
