/** This project’s command line as it is shipped, as a process to measure: `npm run build` makes it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { run, type Result, type RunOptions } from './measure.ts';
import type { Workspace } from './workspace.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/**
 * Runs a command, with a cache directory and a folder for temporary files whose growth counts as disk used.
 * @param cache name of the cache directory: a new one knows nothing of earlier runs
 */
export async function aiAction(
  workspace: Workspace,
  cache: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Result> {
  const folders = [workspace.path('cache', cache), workspace.path('tmp', cache)];
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const [home, temporary] = folders;
  return run(process.execPath, [CLI, ...args], {
    ...options,
    folders: [...folders, ...(options.folders ?? [])],
    env: { ...process.env, XDG_CACHE_HOME: home, TMPDIR: temporary, ...options.env },
  });
}

/** Writes a list of models and gives its path. */
export async function writeList(path: string, entries: readonly object[]): Promise<string> {
  await writeFile(path, stringify({ models: entries }));
  return path;
}
