/** A kit that `kit` packs, and a base whose program shows the files of a container of the two. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { buildTo } from './buildkit.ts';
import { kitPush } from './model-readers.ts';
import { baseContent, type RegistryContent } from './registry-content.ts';
import { MACHINE, staticProgram } from './static-program.ts';
import { tarLayer } from './tar-layer.ts';

const KITFILE = `manifestVersion: 1.0.0
package: {name: tiny}
model: {path: model.bin}
code: [{path: src}]
`;

/** What `showFiles` writes where the container has MODEL=/model.bin in its environment. */
export const SHOWN = 'base weights code MODEL=/model.bin';

/** @param folder where its program is built */
export async function showingBase(folder: string): Promise<RegistryContent> {
  const layer = tarLayer([
    { name: 'bin/show', content: await staticProgram(folder), mode: 0o755 },
    { name: 'etc/base', content: 'base ' },
  ]);
  return baseContent({ layers: [layer], platforms: [`linux/${MACHINE}`] });
}

/** @param folder where it is packed */
export async function pushTinyKit(
  folder: string,
  reference: string,
  options: readonly string[] = [],
): Promise<void> {
  const context = join(folder, 'context');
  await mkdir(join(context, 'src'), { recursive: true });
  await writeFile(join(context, 'model.bin'), 'weights ');
  await writeFile(join(context, 'src', 'serve.py'), 'code ');
  await writeFile(join(context, 'Kitfile'), KITFILE);
  await kitPush(context, reference, options);
}

/** Runs the container's program in BuildKit; `shown` in the folder is what it wrote. */
export async function showFiles(folder: string, image: string): Promise<void> {
  await buildTo(folder, 'eager', [
    `FROM ${image}`,
    'RUN ["/bin/show", "/etc/base", "/model.bin", "/src/serve.py", "/shown"]',
  ]);
}
