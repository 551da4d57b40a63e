/** Pulls out of a registry in memory, by the module that the command calls. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

import { pullImage, type PullResult } from '../../src/pulling/pull-image.ts';
import { openImage } from '../../src/reading/image.ts';
import type { Progress } from '../../src/report/progress.ts';
import { impatient } from './registry-client.ts';

export interface Pull {
  /** host:port */
  host: string;
  /** Of the test: the files go to `out` in it, the cache directory is beside that. */
  folder: string;
  paths?: readonly string[];
  tag?: string;
  /** Lines for the user. */
  notes?: string[];
}

export async function pull({
  host,
  folder,
  paths = [],
  tag = 'latest',
  notes = [],
}: Pull): Promise<PullResult> {
  const registry = impatient(host);
  try {
    const reference = { registry: host, repository: 'owner/model', tag };
    const image = await openImage({ reference, repository: registry.repository('owner/model') });
    return await pullImage({
      image,
      paths,
      output: join(folder, 'out'),
      cache: join(folder, 'cache'),
      progress: silent(notes),
      signal: new AbortController().signal,
    });
  } finally {
    await registry.close();
  }
}

/** `path status` of each file. */
export function statuses({ files }: PullResult): string[] {
  return files.map(({ path, status }) => `${path} ${status}`).toSorted();
}

const nothing = (): void => undefined;

function silent(notes: string[]): Progress {
  const note = (line: string): void => void notes.push(line);
  return { expect: nothing, moved: nothing, begin: nothing, end: nothing, note, close: nothing };
}

/** All that is below a folder: path and content, of links `→ target`. */
export async function tree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: Record<string, string> = {};
  for (const entry of entries) {
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(folder.length + 1);
    if (entry.isSymbolicLink()) found[path] = `→ ${await readlink(full)}`;
    else if (entry.isFile()) found[path] = await readFile(full, 'latin1');
  }
  return found;
}
