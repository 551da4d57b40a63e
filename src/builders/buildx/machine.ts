/** The machines that a build takes: this one, which holds the context, and BuildKit's, which is often the same. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { formatBytes } from '../../report/format.ts';
import { findShortage, shortageError, type DiskUse } from './disk.ts';
import type { BuilderInstance } from './inspect.ts';
import { runBuildx, type Buildx, type RunOptions } from './run-buildx.ts';

export interface Machine {
  buildx: Buildx;
  instance: BuilderInstance;
}

/** BuildKit has the files as it received them, as they were copied, and as a compressed layer. */
const BUILDKIT_COPIES = 3;

/** Where Docker and BuildKit keep their data unless they are told otherwise. */
const USUAL_ROOT = { 'docker-container': '/var/lib/docker', remote: '/var/lib/buildkit' };

/**
 * Sees to it that a model of so many bytes fits, where need be by having BuildKit drop what it keeps of earlier builds.
 * @throws UserError where it cannot fit
 */
export async function makeRoom(
  machine: Machine,
  { folder, bytes }: DiskUse,
  running: RunOptions,
): Promise<void> {
  const uses: DiskUse[] = [{ folder, bytes }];
  const root = await buildkitRoot(machine, running);
  if (root !== undefined) uses.push({ folder: root, bytes: BUILDKIT_COPIES * bytes });
  const shortage = await findShortage(uses);
  if (shortage === undefined) return;
  // What BuildKit keeps makes no difference to a disk that is too small, or that it isn't on.
  if (root === undefined || shortage.size < shortage.needed) throw shortageError(shortage);
  const { name } = machine.instance;
  running.onLine?.(
    `Dropping the cache of the builder "${name}": ${formatBytes(shortage.free)} are too little`,
  );
  await runBuildx(machine.buildx, ['prune', '--builder', name, '--force'], running);
  const left = await findShortage(uses);
  if (left !== undefined) throw shortageError(left);
}

/** Undefined where BuildKit runs on another machine, whose disk cannot be looked at. */
async function buildkitRoot(
  { instance: { driver, endpoint } }: Machine,
  { env, signal }: RunOptions,
): Promise<string | undefined> {
  if (driver !== 'docker-container' && driver !== 'remote') return undefined;
  const address = endpoint.includes('://') ? endpoint : (env['DOCKER_HOST'] ?? 'unix://');
  if (!/^(?:unix|npipe):/.test(address)) return undefined;
  const usual = USUAL_ROOT[driver];
  if (driver === 'remote') return usual;
  const asked = promisify(execFile)('docker', ['info', '--format', '{{.DockerRootDir}}'], { env, signal });
  // Without Docker's word for it the usual place is as good a guess as any.
  const root = await asked.then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  return root.startsWith('/') ? root : usual;
}
