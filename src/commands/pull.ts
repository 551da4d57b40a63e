/** `ai-action pull`: files of an image, or all of it, to a folder. */
import { Argument, Command, Option } from 'commander';

import { pullImage, type PullResult } from '../pulling/pull-image.ts';
import { openImage } from '../reading/image.ts';
import { count, formatBytes } from '../report/format.ts';
import { formatTable } from '../report/table.ts';
import { pullToStore } from '../store/pull-to-store.ts';
import { Store } from '../store/store.ts';
import type { Io } from './io.ts';
import { withReferences, type ReadOptions } from './open-reference.ts';
import { OPTIONS, withSignInOptions } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';
import { storeOption } from './store-options.ts';

interface PullCommandOptions extends ReadOptions {
  output?: string;
  store: string;
  platform?: string;
  cache: string;
}

export function pullCommand(io: Io, finish: Finish): Command {
  const { platform, insecure, cache, json } = OPTIONS;
  const command = new Command('pull')
    .description(
      'bring files of an image, or all of it, to this machine; only the bytes that they need are moved',
    )
    .addArgument(new Argument('<reference>', 'registry.example/owner/model:tag, or …@sha256:…'))
    .addArgument(
      new Argument('[paths...]', 'files, folders and globs in the image: config.json, onnx/, *.safetensors'),
    )
    .addOption(
      new Option(
        '--output <dir>',
        'the folder that the files go to (default: that of the model in the store)',
      ),
    )
    .addOption(storeOption());
  for (const option of [platform, insecure, cache, json]) command.addOption(option());
  withSignInOptions(command);
  return command.action(async (reference: string, paths: string[], options: PullCommandOptions) =>
    finish(await runPull(reference, paths, options, io)),
  );
}

async function runPull(
  text: string,
  paths: readonly string[],
  options: PullCommandOptions,
  io: Io,
): Promise<Outcome> {
  const { output, store, platform, cache, json = false } = options;
  const { image, pulled } = await withReferences([text], options, io, async ([named], progress) => {
    const opened = await openImage({ ...named!, ...(platform === undefined ? {} : { platform }) });
    const run = { image: opened, paths, cache, progress, signal: io.signal };
    const done =
      output === undefined
        ? (await pullToStore(new Store(store), run)).pulled
        : await pullImage({ ...run, output });
    return { image: opened, pulled: done };
  });
  for (const { path, type } of pulled.leftOut) io.stderr.write(`left out: ${path} (${type})\n`);
  const document = { reference: text, digest: image.root.digest, ...pulled };
  io.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : pullText(pulled));
  return { exitCode: 0 };
}

function pullText({ files, links, output }: PullResult): string {
  const rows = [
    ...files.map(({ path, size, status }) => [status, path, formatBytes(size)]),
    ...links.map(({ path, target }) => ['link', path, `→ ${target}`]),
  ];
  const written = files.filter(({ status }) => status === 'written');
  const bytes = written.reduce((sum, { size }) => sum + size, 0);
  const present = files.length - written.length;
  const others = present === 0 ? '' : `, ${count(present, 'file')} there already`;
  const totals = `${count(written.length, 'file')} written to ${output}, ${formatBytes(bytes)}${others}`;
  return `${[formatTable(rows), totals].filter((line) => line !== '').join('\n')}\n`;
}
