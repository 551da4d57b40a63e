import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const { AI_ACTION_SOURCE: source, GITHUB_WORKSPACE: workspace, INPUT_PATH: path } = process.env;
const folder = join(workspace, path);
await mkdir(folder, { recursive: true });
const action = await readFile(join(source, 'action.yml'), 'utf8');
// The sources instead of dist/, which is built once a change is complete.
await writeFile(join(folder, 'action.yml'), action.replaceAll('dist/main/index.js', 'entry.mjs'));
await writeFile(join(folder, 'entry.mjs'), `await import(${JSON.stringify(join(source, 'src/main.ts'))});\n`);
await cp(join(source, '.github/sign-in.sh'), join(folder, '.github/sign-in.sh'));
