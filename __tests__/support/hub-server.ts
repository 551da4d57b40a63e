/**
 * The Hub's stand-in as a process of its own:
 *
 *     node __tests__/support/hub-server.ts --model owner/name=folder … --generate owner/name:path=bytes,seed … [--port N]
 *
 * Prints one line of JSON when it listens, `{"url", "storageUrl", "models": [{"name", "sha"}]}`, and ends with SIGTERM.
 */
import { parseArgs } from 'node:util';

import {
  folderFiles,
  generatedFile,
  shaOf,
  usualLfs,
  type StandInFile,
  type StandInModel,
} from './hub-models.ts';
import { startHub } from './hub.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string', multiple: true, default: [] },
    generate: { type: 'string', multiple: true, default: [] },
    'lfs-threshold': { type: 'string', default: String(usualLfs.threshold) },
    /** Generated files get made-up oids: for sizes alone, where their bytes are never verified. */
    'no-hash': { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    'storage-port': { type: 'string', default: '0' },
  },
});

const lfs = { ...usualLfs, threshold: Number(values['lfs-threshold']) };
const files = new Map<string, StandInFile[]>();
const add = (name: string, added: StandInFile[]): void => {
  files.set(name, [...(files.get(name) ?? []), ...added]);
};
for (const argument of values.model) {
  const [, name, folder] = /^([^=]+)=(.+)$/.exec(argument) ?? [];
  if (name === undefined || folder === undefined)
    throw new Error(`--model ${argument}: write owner/name=folder`);
  add(name, await folderFiles(folder, lfs));
}
for (const argument of values.generate) {
  const [, name, path, size, seed] = /^([^:]+):(.+)=(\d+),(\d+)$/.exec(argument) ?? [];
  if (name === undefined || path === undefined) {
    throw new Error(`--generate ${argument}: write owner/name:path=bytes,seed`);
  }
  const oid = { oid: Buffer.from(`${path},${size}`).toString('hex').slice(0, 64).padEnd(64, '0') };
  const file = { path, size: Number(size), seed: Number(seed), ...(values['no-hash'] && oid) };
  add(name, [await generatedFile(file)]);
}
const models = [...files].map(([name, list]): StandInModel => ({ name, sha: shaOf(list), files: list }));
const hub = await startHub({
  models,
  port: Number(values.port),
  storagePort: Number(values['storage-port']),
});
const { url, storageUrl } = hub;
console.log(JSON.stringify({ url, storageUrl, models: models.map(({ name, sha }) => ({ name, sha })) }));
process.once('SIGTERM', () => void hub.close());
process.once('SIGINT', () => void hub.close());
