/** Lists of models in a temporary folder, each with a cache of its own beside it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { temporaryFolder } from './temporary.ts';

export interface ListedModel {
  name: string;
  sha?: string;
  source?: string;
  tag?: string | string[];
  image?: string;
  include?: string[];
  exclude?: string[];
  layout?: 'layers' | 'single';
  platforms?: string[];
  variants?: Record<string, string | string[]>;
  labels?: Record<string, string>;
  prompt?: string;
  cmd?: string[];
  formats?: string[];
  runtimes?: object[];
}

export interface ModelList extends AsyncDisposable {
  /** The folder of the list. */
  folder: string;
  /** `--models FILE --cache DIR` */
  args: string[];
  write(models: readonly ListedModel[]): Promise<void>;
}

export async function modelList(models: readonly ListedModel[] = []): Promise<ModelList> {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'models.yaml');
  const list: ModelList = {
    folder: folder.path,
    args: ['--models', file, '--cache', join(folder.path, '.cache')],
    // JSON is YAML.
    write: async (next) => writeFile(file, JSON.stringify({ models: next }, null, 2)),
    [Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose](),
  };
  await list.write(models);
  return list;
}
