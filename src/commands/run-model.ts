/** `ai-action run`: llama.cpp's server on a model of the local store. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { Argument, Command, Option } from 'commander';

import { UserError } from '../errors.ts';
import type { GgufPlace } from '../gguf/choose.ts';
import { localGguf } from '../gguf/local-files.ts';
import { serverArguments, type RunImage } from '../gguf/run-arguments.ts';
import { isGguf } from '../formats/gguf-shards.ts';
import { imageGgufs } from '../inspecting/gguf-files.ts';
import { readContents } from '../inspecting/contents.ts';
import { openImage, type OpenImage } from '../reading/image.ts';
import { overlay } from '../reading/overlay.ts';
import { commandOf, pullToStore } from '../store/pull-to-store.ts';
import type { StoredModel } from '../store/record.ts';
import { Store } from '../store/store.ts';
import type { Io } from './io.ts';
import { withReferences, type ReadOptions } from './open-reference.ts';
import { OPTIONS, withSignInOptions } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';
import { readReference, storeOption } from './store-options.ts';

interface RunOptions extends ReadOptions {
  store: string;
  cache: string;
  platform?: string;
  llamaServer?: string;
  container?: string;
  port: string;
  dryRun?: boolean;
}

const SERVER = 'llama-server';
const CONTAINER_IMAGE = 'ghcr.io/ggml-org/llama.cpp:server';
/** Where the container finds the model's files. */
const MOUNTED_AT = '/model';

export function runModelCommand(io: Io, finish: Finish): Command {
  const { platform, insecure, cache } = OPTIONS;
  const command = new Command('run')
    .description('start llama.cpp’s server on a model, which is pulled where the store does not have it')
    .addArgument(new Argument('<reference>', 'registry.example/owner/model:tag, or …@sha256:…'))
    .addArgument(new Argument('[args...]', 'for llama-server, behind --: -- --ctx-size 8192'))
    .addOption(
      new Option('--llama-server <path>', `the program (default: ${SERVER} on the PATH, else its container)`),
    )
    .addOption(new Option('--container <image>', `run it by docker, out of this image: ${CONTAINER_IMAGE}`))
    .addOption(
      new Option('--port <number>', 'where the container’s server answers on this machine').default('8080'),
    )
    .addOption(new Option('--dry-run', 'print the command and do not run it'))
    .addOption(storeOption());
  for (const option of [platform, insecure, cache]) command.addOption(option());
  withSignInOptions(command);
  return command.action(async (reference: string, args: string[], options: RunOptions) =>
    finish(await runModel(reference, args, options, io)),
  );
}

async function runModel(
  text: string,
  args: readonly string[],
  options: RunOptions,
  io: Io,
): Promise<Outcome> {
  const server = serverOf(options, io.env);
  const { folder, place, image } = await findModel(text, options, io);
  const locate = (path: string): string =>
    server.kind === 'program' ? join(folder, path) : `${MOUNTED_AT}/${path}`;
  const own = await serverArguments(place, image, locate);
  const words = [...commandWords(server, folder, options), ...own, ...args];
  if (options.dryRun === true) {
    io.stdout.write(`${words.map(quoted).join(' ')}\n`);
    return { exitCode: 0 };
  }
  return { exitCode: (await start(words, io)) === 0 ? 0 : 1 };
}

interface FoundModel {
  /** Where its files are, or will be. */
  folder: string;
  place: GgufPlace;
  image: RunImage;
}

/** In the store, or brought there; a dry run only looks into the image. */
async function findModel(text: string, options: RunOptions, io: Io): Promise<FoundModel> {
  const store = new Store(options.store);
  const stored = await store.find(readReference(text));
  if (stored?.isWhole === true) return modelIn(store, stored);
  const { platform, cache } = options;
  return withReferences([text], options, io, async ([named], progress) => {
    const image = await openImage({ ...named!, ...(platform === undefined ? {} : { platform }) });
    if (options.dryRun === true) return lookInto(image, store, text);
    const { model } = await pullToStore(store, { image, paths: [], cache, progress, signal: io.signal });
    return modelIn(store, model);
  });
}

/** Headers are read out of the image's layers before the connection ends. */
async function lookInto(image: OpenImage, store: Store, name: string): Promise<FoundModel> {
  const [files, { listings }, cmd] = await Promise.all([
    imageGgufs(image, false),
    readContents(image, { wholeLayers: false }),
    commandOf(image),
  ]);
  return {
    folder: store.folderOf(image.descriptor.digest),
    place: await readHere({ name, files }),
    image: { cmd, paths: new Set(overlay(listings).keys()) },
  };
}

async function modelIn(store: Store, { reference, manifest, files, cmd }: StoredModel): Promise<FoundModel> {
  const folder = store.folderOf(manifest);
  const ggufs = files
    .filter(isGguf)
    .map(async ({ path }) => ({ ...(await localGguf(join(folder, path))), path }));
  const paths = new Set(files.map(({ path }) => path));
  return { folder, place: { name: reference, files: await Promise.all(ggufs) }, image: { cmd, paths } };
}

async function readHere({ name, files }: GgufPlace): Promise<GgufPlace> {
  const read = files.map(async (file) => {
    const header = await file.header();
    return { ...file, header: async () => header };
  });
  return { name, files: await Promise.all(read) };
}

type Server = { kind: 'program'; path: string } | { kind: 'container'; image: string };

/** @throws UserError where neither the program nor docker is there */
function serverOf({ llamaServer, container }: RunOptions, env: Io['env']): Server {
  if (llamaServer !== undefined) return { kind: 'program', path: llamaServer };
  if (container !== undefined) return { kind: 'container', image: container };
  const found = findProgram(SERVER, env);
  if (found !== undefined) return { kind: 'program', path: found };
  if (findProgram('docker', env) !== undefined) return { kind: 'container', image: CONTAINER_IMAGE };
  throw new UserError(`There is neither ${SERVER} nor docker on the PATH.`, {
    hint: 'Install llama.cpp, or name the program with --llama-server.',
  });
}

function findProgram(name: string, { PATH = '' }: Io['env']): string | undefined {
  return PATH.split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function commandWords(server: Server, folder: string, { port }: RunOptions): string[] {
  if (server.kind === 'program') return [server.path];
  const mount = `type=bind,source=${folder},target=${MOUNTED_AT},readonly`;
  const ports = `127.0.0.1:${port}:8080`;
  const docker = ['docker', 'run', '--rm', '--init', '--publish', ports, '--mount', mount, server.image];
  return [...docker, '--host', '0.0.0.0', '--port', '8080'];
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Its exit code; null where a signal ended it. @throws UserError where it cannot be started */
async function start([program = '', ...args]: readonly string[], { signal }: Io): Promise<number | null> {
  const child = spawn(program, args, { stdio: 'inherit' });
  const end = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
  } catch (error) {
    throw new UserError(
      `${program} cannot be started: ${Error.isError(error) ? error.message : String(error)}`,
      {
        hint: 'Install llama.cpp, or name the program with --llama-server.',
        cause: error,
      },
    );
  } finally {
    signal.removeEventListener('abort', end);
  }
}
