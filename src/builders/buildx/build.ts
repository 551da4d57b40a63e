/** One `docker buildx build`: the layers that are missing, pushed by digest. */
import { join } from 'node:path';

import type { Digest } from '../../oci/digest.ts';
import type { PlannedLayer } from '../builder.ts';
import { dockerfileFor } from './dockerfile.ts';
import { buildkitLog } from './buildkit-log.ts';
import { explainBuildx, hasEnded } from './explain.ts';
import type { Machine } from './machine.ts';
import { readPushedDigest } from './pushed.ts';
import { runBuildx, type RunOptions } from './run-buildx.ts';

export interface BuildOrder {
  machine: Machine;
  layers: readonly PlannedLayer[];
  /** A folder for what buildx reads and writes besides the context. */
  work: string;
  context: string;
  /** registry/repository */
  name: string;
  insecure: boolean;
  running: RunOptions;
}

/**
 * Layers are data, the same for every platform, so they are built for one: a builder with a machine for each platform
 * would otherwise move and compress the model twice.
 */
const PLATFORM = 'linux/amd64';

/** @returns the digest of the manifest that was pushed. @throws UserError saying what BuildKit stumbled over */
export async function build(order: BuildOrder): Promise<Digest> {
  const { machine, layers, work, context, name, running } = order;
  const dockerfile = await dockerfileFor(layers, work);
  const metadata = join(work, 'metadata.json');
  const args = { SOURCE_DATE_EPOCH: '0', ...dockerfile.args };
  const outcome = await runBuildx(
    machine.buildx,
    [
      'build',
      `--builder=${machine.instance.name}`,
      '--progress=plain',
      `--platform=${PLATFORM}`,
      // Attestations differ from build to build.
      '--provenance=false',
      '--sbom=false',
      ...Object.entries(args).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
      `--output=${outputOf(order)}`,
      `--metadata-file=${metadata}`,
      `--file=${dockerfile.path}`,
      context,
    ],
    { ...running, env: { ...running.env, BUILDX_METADATA_PROVENANCE: 'disabled', BUILDX_GIT_INFO: 'false' } },
  );
  if (outcome?.code !== 0) {
    const { stderr = '' } = outcome ?? {};
    const log = hasEnded(stderr) ? await buildkitLog(machine.instance, running) : '';
    throw explainBuildx(`BuildKit could not build and push ${name}`, stderr, log);
  }
  return readPushedDigest(metadata);
}

/** Without OCI media types the annotations that make layers lazy are dropped. */
function outputOf({ name, insecure }: BuildOrder): string {
  return [
    'type=image',
    `name=${name}`,
    'push=true',
    'push-by-digest=true',
    'name-canonical=true',
    'compression=estargz',
    'force-compression=true',
    'oci-mediatypes=true',
    ...(insecure ? ['registry.insecure=true'] : []),
  ].join(',');
}
