/** BuildKit as users have it: `COPY --from=IMAGE` out of a published image, with an eager or a lazy builder. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { serviceAddress } from './services.ts';
import { temporaryFolder } from './temporary.ts';

const run = promisify(execFile);

export type Pulling = 'eager' | 'lazy';

/** @param destination the folder that gets what is copied */
export async function copyFrom(
  pulling: Pulling,
  { image, path, destination }: { image: string; path: string; destination: string },
): Promise<void> {
  await buildTo(destination, pulling, ['FROM scratch', `COPY --from=${image} ${path} /`]);
}

/** Builds a Dockerfile of these lines, whose files go into the folder. */
export async function buildTo(
  destination: string,
  pulling: Pulling,
  dockerfile: readonly string[],
): Promise<void> {
  await using context = await temporaryFolder();
  await writeFile(join(context.path, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
  const builder = serviceAddress(pulling === 'lazy' ? 'STARGZ_BUILDX_BUILDER' : 'BUILDX_BUILDER');
  const output = `type=local,dest=${destination}`;
  await run('buildx', [
    'build',
    '--builder',
    builder,
    '--provenance=false',
    '--output',
    output,
    context.path,
  ]);
}

/** Has it forget what it pulled: the lazy one reads a layer for ever from where it first came from. */
export async function prune(pulling: Pulling): Promise<void> {
  const address = serviceAddress(pulling === 'lazy' ? 'STARGZ_BUILDKIT_HOST' : 'BUILDKIT_HOST');
  await run('buildctl', ['--addr', address, 'prune', '--all']);
}
