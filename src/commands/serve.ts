/** `ai-action serve`: the registry on this machine, and with `--models` a list published into it. */
import { Command, InvalidArgumentError } from 'commander';

import type { Entry } from '../models/entry.ts';
import { publishModels, type ModelResult } from '../publish/publish-models.ts';
import { copyInstruction } from '../dockerfile/copy-instruction.ts';
import { openProgress } from '../report/progress.ts';
import type { Io } from './io.ts';
import type { CredentialProvider } from '../registry/credentials.ts';
import { containerSettings } from './container-rules.ts';
import { DEFAULT_BUILDER, OPTIONS, type PublishOptions } from './options.ts';
import type { ExitCode, Finish } from './outcome.ts';
import { openPublishRun } from './run.ts';
import { selectEntries } from './select.ts';
import { serve, type RunningRegistry } from '../workerd/serve.ts';
import { failureLines } from './text.ts';
import { upstreamSettings } from './upstreams.ts';

interface ServeCommandOptions {
  host: string;
  port: number;
  storage: string;
  allowHost?: string[];
  token?: string;
  upstreams?: string[];
  containers?: string;
  models?: string;
  hub?: string;
  cache: string;
}

export function serveCommand(io: Io, finish: Finish): Command {
  return new Command('serve')
    .description('run the registry on this machine')
    .option(
      '--host <address>',
      'the address to listen on; another than the loopback address needs a token',
      '127.0.0.1',
    )
    .option('--port <number>', 'the port to listen on', parsePort, 8787)
    .option('--storage <dir>', 'where the registry keeps what it has', '.ai-action/registry')
    .option('--allow-host <name...>', 'names besides localhost that requests may call the registry by')
    .option('--token <token>', 'what pushes have to prove (default: $AI_ACTION_TOKEN)')
    .option(
      '--upstreams <file or host...>',
      'registries that it may import from: hosts that need no proof, or a .json file of what UPSTREAMS holds',
    )
    .option(
      '--containers <file>',
      'rules by which it makes containers of ModelKits: a file of what CONTAINERS holds, in JSON',
    )
    .option('--models <file>', 'publish this list into the registry once it runs')
    .addOption(OPTIONS.hub())
    .addOption(OPTIONS.cache())
    .action(async (options: ServeCommandOptions) => finish({ exitCode: await runServe(options, io) }));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Write a number from 0 (any free port) to 65535.');
}

/** Runs until the user wants an end. @returns 1 when a model of the list could not be published. */
async function runServe(options: ServeCommandOptions, io: Io): Promise<ExitCode> {
  const { allowHost, upstreams, containers, models, token = io.env['AI_ACTION_TOKEN'] } = options;
  // A list with mistakes is told of before anything is begun.
  const entries = models === undefined ? [] : (await selectEntries({ models }, io)).entries;
  const registry = await serve({
    host: options.host,
    port: options.port,
    storage: options.storage,
    ...(allowHost === undefined ? {} : { allowHosts: allowHost }),
    token,
    variables: {
      ...(upstreams === undefined ? {} : await upstreamSettings(upstreams, io.env)),
      ...(containers === undefined ? {} : await containerSettings(containers)),
    },
    log: (line) => void io.stderr.write(`${line}\n`),
  });
  try {
    io.stdout.write(
      `The registry answers at ${localUrl(registry)} and keeps its data in ${options.storage}.\n`,
    );
    const results =
      entries.length === 0
        ? []
        : await publishInto(registry, { ...options, entries, ...(token === undefined ? {} : { token }) }, io);
    io.stdout.write(`${published(results)}Ctrl-C ends it.\n`);
    await ended(io.signal);
    return results.some(({ status }) => status === 'failed') ? 1 : 0;
  } finally {
    await registry.close();
  }
}

/** The name that a Dockerfile on this machine calls the registry by. */
function localUrl({ url }: RunningRegistry): string {
  return url.replace('//127.0.0.1:', '//localhost:');
}

async function publishInto(
  registry: RunningRegistry,
  options: ServeCommandOptions & { entries: readonly Entry[] },
  io: Io,
): Promise<ModelResult[]> {
  const { entries, models = '', cache, hub, token } = options;
  const publish: PublishOptions = {
    models,
    cache,
    registry: new URL(localUrl(registry)).host,
    builder: DEFAULT_BUILDER,
    ...(hub === undefined ? {} : { hub }),
  };
  const progress = openProgress(io.stderr);
  const credentials: CredentialProvider | undefined = token
    ? { credentialsFor: async () => ({ kind: 'password', username: 'serve', password: token }) }
    : undefined;
  const run = await openPublishRun(
    { ...publish, entries, ...(credentials && { credentials }) },
    io,
    progress,
  );
  try {
    return await publishModels(entries, run);
  } finally {
    progress.close();
    await run.close();
  }
}

function published(models: readonly ModelResult[]): string {
  const lines = models.flatMap((model) =>
    model.status === 'failed'
      ? failureLines(model.name, model.error)
      : [
          ...presentLines(model.image, model),
          ...model.companions.flatMap((companion) =>
            companion.status === 'failed'
              ? failureLines(`${model.name} (${companion.suffix})`, companion.error)
              : presentLines(model.image, companion),
          ),
        ],
  );
  const example = models.find((model) => model.status !== 'failed');
  if (example === undefined) return lines.map((line) => `${line}\n`).join('');
  return `
${lines.join('\n')}

Copy a file of it into an image, with a Dockerfile like this:

  FROM scratch
  ${copyInstruction(`${example.image}:${example.tags[0]}`, example.largestFile ?? '', '/model/')}

A builder of the docker-container kind reaches localhost only on the host's network:

  docker buildx create --use --driver docker-container --driver-opt network=host

`;
}

function presentLines(
  image: string,
  { tags, status }: { tags: readonly string[]; status: string },
): string[] {
  return tags.map((tag) => `  ${image}:${tag}  ${status === 'up-to-date' ? 'up to date' : status}`);
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
