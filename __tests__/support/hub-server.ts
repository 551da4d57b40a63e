/**
 * The Hub's stand-in as a process of its own:
 *
 *     node __tests__/support/hub-server.ts --model owner/name=folder … --generate owner/name:path=bytes,seed … [--port N]
 *
 * Prints one line of JSON when it listens, `{"url", "storageUrl", "models": [{"name", "sha"}]}`, and ends with SIGTERM.
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';

import { folderModel, generatedFile, shaOf, usualLfs, type StandInModel } from './hub-models.ts';
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
const models = new Map<string, StandInModel>();
for (const argument of values.model) {
  const [, name, folder] = /^([^=]+)=(.+)$/.exec(argument) ?? [];
  if (name === undefined || folder === undefined) {
    throw new Error(`--model ${argument}: write owner/name=folder`);
  }
  models.set(name, await folderModel(name, folder, lfs));
}
for (const argument of values.generate) {
  const [, name, path, size, seed] = /^([^:]+):(.+)=(\d+),(\d+)$/.exec(argument) ?? [];
  if (name === undefined || path === undefined) {
    throw new Error(`--generate ${argument}: write owner/name:path=bytes,seed`);
  }
  const oid = { oid: createHash('sha256').update(argument).digest('hex') };
  const options = { path, size: Number(size), seed: Number(seed), ...(values['no-hash'] && oid) };
  const files = [...(models.get(name)?.files ?? []), await generatedFile(options)];
  models.set(name, { ...models.get(name), name, sha: shaOf(files), files });
}
const hub = await startHub({
  models: [...models.values()],
  port: Number(values.port),
  storagePort: Number(values['storage-port']),
});
const { url, storageUrl } = hub;
console.log(JSON.stringify({ url, storageUrl, models: hub.models.map(({ name, sha }) => ({ name, sha })) }));
process.once('SIGTERM', () => void hub.close());
process.once('SIGINT', () => void hub.close());
