/** The Hub's stand-in, in a process of its own. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Weights } from './model.ts';
import type { Workspace } from './workspace.ts';

export interface HubProcess {
  /** For `HF_ENDPOINT`. */
  url: string;
  /** Name → commit. */
  shas: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

export interface HubModel {
  name: string;
  /** The small files. */
  folder: string;
  /** Made as they are read. */
  weights?: readonly Weights[];
}

const SERVER = fileURLToPath(new URL('../../__tests__/support/hub-server.ts', import.meta.url));

let started = 0;

export async function startHub(workspace: Workspace, models: readonly HubModel[]): Promise<HubProcess> {
  const args = models.flatMap(({ name, folder, weights = [] }) => [
    `--model=${name}=${folder}`,
    ...weights.map(({ path, size, seed }) => `--generate=${name}:${path}=${size},${seed}`),
  ]);
  const daemon = await workspace.start({
    name: `hub-${started++}`,
    command: process.execPath,
    args: [SERVER, ...args],
    ready: async (log) => readFileSync(log, 'utf8').includes('\n'),
  });
  const hub = JSON.parse(readFileSync(daemon.log, 'utf8')) as {
    url: string;
    models: { name: string; sha: string }[];
  };
  return {
    url: hub.url,
    shas: new Map(hub.models.map(({ name, sha }) => [name, sha])),
    stop: () => daemon.stop(),
  };
}
