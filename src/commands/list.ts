/** `ai-action list`: the models in the local store. */
import { Command } from 'commander';

import { count, formatBytes } from '../report/format.ts';
import { printable } from '../report/printable.ts';
import { formatTable } from '../report/table.ts';
import type { StoredModel } from '../store/record.ts';
import { Store } from '../store/store.ts';
import type { Io } from './io.ts';
import { OPTIONS } from './options.ts';
import type { Finish } from './outcome.ts';
import { storeOption } from './store-options.ts';

export function listCommand(io: Io, finish: Finish): Command {
  return new Command('list')
    .description('list the models that pull keeps on this machine')
    .addOption(storeOption())
    .addOption(OPTIONS.json())
    .action(async ({ store: root, json = false }: { store: string; json?: boolean }) => {
      const store = new Store(root);
      const models = await store.list();
      const document = models.map((model) => ({ ...model, folder: store.folderOf(model.manifest) }));
      io.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : listText(models, root));
      finish({ exitCode: 0 });
    });
}

function listText(models: readonly StoredModel[], root: string): string {
  if (models.length === 0) return `There are no models in ${root}.\n`;
  const rows = models.map(({ reference, digest, files, pulled, isWhole }) => [
    printable(reference),
    digest.slice('sha256:'.length, 'sha256:'.length + 12),
    isWhole ? count(files.length, 'file') : `${count(files.length, 'file')} of it`,
    formatBytes(files.reduce((sum, { size }) => sum + size, 0)),
    pulled.slice(0, 10),
  ]);
  return `${formatTable([['REFERENCE', 'DIGEST', 'FILES', 'SIZE', 'PULLED'], ...rows])}\n`;
}
