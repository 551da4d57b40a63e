/** `ai-action remove`: models out of the local store. */
import { Argument, Command } from 'commander';

import { openProgress } from '../report/progress.ts';
import { formatBytes } from '../report/format.ts';
import { Store } from '../store/store.ts';
import type { Io } from './io.ts';
import { OPTIONS } from './options.ts';
import type { Finish } from './outcome.ts';
import { storedModel, storeOption } from './store-options.ts';

interface RemoveOptions {
  store: string;
  json?: boolean;
}

export function removeCommand(io: Io, finish: Finish): Command {
  return new Command('remove')
    .description('remove models that pull keeps on this machine; what others share stays')
    .addArgument(new Argument('<references...>', 'as list shows them'))
    .addOption(storeOption())
    .addOption(OPTIONS.json())
    .action(async (references: string[], options: RemoveOptions) => {
      await runRemove(references, options, io);
      finish({ exitCode: 0 });
    });
}

async function runRemove(
  references: readonly string[],
  { store: root, json }: RemoveOptions,
  io: Io,
): Promise<void> {
  const store = new Store(root);
  const progress = openProgress(io.stderr);
  try {
    // All are looked for before one is removed.
    const models = await Promise.all(references.map(async (text) => storedModel(store, text)));
    const removed: { reference: string; freed: number }[] = [];
    for (const model of models) {
      const { reference, manifest } = model;
      const onWait = (): void =>
        progress.note(`${reference}: another process is at this image, waiting for it`);
      const freed = await store.whileAlone(manifest, { signal: io.signal, onWait }, () =>
        store.remove(model),
      );
      removed.push({ reference, freed });
    }
    const lines = removed.map(({ reference, freed }) => `removed ${reference}, ${formatBytes(freed)} free\n`);
    io.stdout.write(json === true ? `${JSON.stringify(removed, null, 2)}\n` : lines.join(''));
  } finally {
    progress.close();
  }
}
