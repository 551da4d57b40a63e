/** BuildKit, with its state in a folder of its own; needs root, and FUSE where it pulls lazily. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { run, type Result, type RunOptions } from './measure.ts';
import type { Workspace } from './workspace.ts';

export interface BuildKit {
  pid: number;
  /** The folder of its state: snapshots, content, caches. */
  root: string;
  /** `buildx build` with this daemon. The measured cost is the daemon's and the client's together. */
  build(args: readonly string[], options?: RunOptions): Promise<Result>;
  /** Forgets all that was built and pulled. */
  prune(): Promise<void>;
  stop(): Promise<void>;
}

const SETTINGS = `
[worker.containerd]
  enabled = false
[worker.oci]
  networkMode = "host"
`;

/** Without background fetch, what is read is all that is fetched. */
const LAZY_SETTINGS = `${SETTINGS}  snapshotter = "stargz"
  [worker.oci.stargzSnapshotter]
    no_background_fetch = true
`;

export async function startBuildKit(workspace: Workspace, lazy: boolean): Promise<BuildKit> {
  const name = lazy ? 'buildkit-lazy' : 'buildkit';
  const root = workspace.path(name);
  const address = `unix://${workspace.path(`${name}.sock`)}`;
  const settings = workspace.path(`${name}.toml`);
  await mkdir(root, { recursive: true });
  await writeFile(settings, lazy ? LAZY_SETTINGS : SETTINGS);
  const daemon = await workspace.start({
    name,
    command: 'buildkitd',
    args: [
      `--config=${settings}`,
      `--root=${root}`,
      `--addr=${address}`,
      `--otel-socket-path=${workspace.path(`${name}.otel.sock`)}`,
    ],
    ready: async () => spawnSync('buildctl', ['--addr', address, 'debug', 'workers']).status === 0,
    afterwards: () => unmountBelow(root),
  });
  // A configuration of its own: the user's builders and credentials are neither seen nor changed.
  const env = {
    ...process.env,
    BUILDX_CONFIG: workspace.path('buildx'),
    DOCKER_CONFIG: workspace.path('docker'),
  };
  await run('buildx', ['create', '--name', name, '--driver', 'remote', address], { env });
  return {
    pid: daemon.pid,
    root,
    build: (args, options = {}) =>
      run('buildx', ['build', '--builder', name, '--provenance=false', ...args], {
        ...options,
        env: { ...env, ...options.env },
        daemons: [daemon.pid, ...(options.daemons ?? [])],
      }),
    prune: async () => void (await run('buildctl', ['--addr', address, 'prune', '--all'])),
    stop: () => daemon.stop(),
  };
}

/** The stargz snapshotter leaves its FUSE mounts behind; the deepest go first. */
function unmountBelow(folder: string): void {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounts.toSorted().toReversed()) spawnSync('umount', ['-l', path]);
}
