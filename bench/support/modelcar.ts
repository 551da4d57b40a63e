/** oci-modelcar, which streams models from the Hub to registries as plain tar layers (PyPI). */
import { run, type Result } from './measure.ts';
import type { Workspace } from './workspace.ts';

export interface Modelcar {
  version: string;
  push(job: ModelcarJob): Promise<Result>;
}

export interface ModelcarJob {
  /** The Hub's address. */
  hub: string;
  model: string;
  sha: string;
  /** host:port */
  registry: string;
  repository: string;
}

/** Installs a version into an environment of its own, from PyPI. */
export async function installModelcar(workspace: Workspace, version: string): Promise<Modelcar> {
  const environment = workspace.path(`modelcar-${version}`);
  const home = workspace.path(`modelcar-${version}-home`);
  await run('python3', ['-m', 'venv', environment]);
  await run(`${environment}/bin/pip`, ['install', '--quiet', `oci-modelcar==${version}`]);
  let pushes = 0;
  return {
    version,
    push: ({ hub, model, sha, registry, repository }) => {
      // It remembers what it pushed; each push is to be its first.
      const state = `${home}/${pushes++}`;
      return run(
        `${environment}/bin/oci-modelcar`,
        [
          'push',
          `--hf-repo=${model}`,
          `--hf-revision=${sha}`,
          `--hf-endpoint=${hub}`,
          `--registry=${registry}`,
          `--target-repo=${repository}`,
          '--workers=2',
        ],
        {
          env: {
            ...process.env,
            HOME: state,
            XDG_STATE_HOME: `${state}/state`,
            TMPDIR: home,
            SPOOL_DIR: `${state}/spool`,
          },
          folders: [home],
        },
      );
    },
  };
}
