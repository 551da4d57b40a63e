import { existsSync } from 'node:fs';
import { cp, mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

const {
  ACT_ARTIFACTS: artifacts,
  INPUT_NAME: name,
  INPUT_PATH: path,
  INPUT_OVERWRITE: overwrite,
} = process.env;
const folder = join(artifacts, name);
if (!existsSync(path)) {
  if (process.env['INPUT_IF-NO-FILES-FOUND'] !== 'ignore') throw new Error(`${path}: there is no such file`);
} else {
  if (existsSync(folder) && overwrite !== 'true') throw new Error(`an artifact named ${name} exists already`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const isFolder = (await stat(path)).isDirectory();
  await cp(path, isFolder ? folder : join(folder, basename(path)), { recursive: true });
}
