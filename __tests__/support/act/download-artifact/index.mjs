import { cp, mkdir, readdir } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';

const { ACT_ARTIFACTS: artifacts, INPUT_NAME: name, INPUT_PATTERN: pattern, INPUT_PATH: path } = process.env;
const names = (await readdir(artifacts)).filter((found) =>
  name ? found === name : matchesGlob(found, pattern),
);
if (name && names.length === 0) throw new Error(`there is no artifact named ${name}`);
await mkdir(path, { recursive: true });
for (const found of names) await cp(join(artifacts, found), path, { recursive: true });
