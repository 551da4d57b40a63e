/** What BuildKit is told to build: one `COPY` for each layer, out of a folder of the build context that has its key. */
import { access, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { PlannedLayer } from '../builder.ts';

/** The folder of this module: three levels below the repository's, two in the action's bundle, one in the other. */
const HERE = dirname(fileURLToPath(import.meta.url));
const SINGLE = 'models/Dockerfile';

export interface Dockerfile {
  path: string;
  /** Build arguments by their names. */
  args: Readonly<Record<string, string>>;
}

/** One layer is built by `models/Dockerfile`; for several, a Dockerfile is written into the folder. */
export async function dockerfileFor(layers: readonly PlannedLayer[], folder: string): Promise<Dockerfile> {
  const [first, ...others] = layers;
  if (first !== undefined && others.length === 0) {
    return { path: await singleDockerfile(), args: { LAYER: first.key } };
  }
  const path = join(folder, 'Dockerfile');
  await writeFile(path, dockerfileText(layers));
  return { path, args: {} };
}

/**
 * No `# syntax` line, which would be a pull from Docker Hub. `--link` makes each layer a function of its own files:
 * a change of one of them makes no other anew.
 */
export function dockerfileText(layers: readonly PlannedLayer[]): string {
  return ['FROM scratch', ...layers.map(({ key }) => `COPY --link ${key}/ /`), ''].join('\n');
}

async function singleDockerfile(): Promise<string> {
  for (const up of ['..', '../..', '../../..']) {
    const path = join(HERE, up, SINGLE);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw new Error(`${SINGLE} is not above ${HERE}`);
}
