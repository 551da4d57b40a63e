/** The Worker as modules that workerd takes: JavaScript and WebAssembly by name. */
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';

export interface Bundle {
  main: string;
  modules: Record<string, { type: 'esm' | 'wasm'; contents: string | Uint8Array }>;
}

/** Where this module is: beside `worker/` in the checked-in bundle, two levels above it in a clone. */
const HERE = path.dirname(fileURLToPath(import.meta.url));
const MAIN = 'index.js';

/** The Worker that was built beside the command, or one built now from its sources. */
export async function loadWorker(): Promise<Bundle> {
  const built = path.join(HERE, 'worker');
  return (await exists(path.join(built, MAIN))) ? readBundle(built) : buildWorker();
}

/** Reads what `buildWorker` made, or `wrangler deploy --dry-run --outdir`. */
async function readBundle(directory: string): Promise<Bundle> {
  const names = await readdir(directory);
  const files = names.map(async (name) => ({ name, contents: await readFile(path.join(directory, name)) }));
  return toBundle(await Promise.all(files));
}

const ENTRY = path.join(HERE, '../../worker/src/index.ts');

/** Bundles the Worker's sources as Wrangler does; `inputs` are the files that went into it. */
export async function buildWorker(entry = ENTRY): Promise<Bundle & { inputs: string[] }> {
  const { build } = await import(/* webpackIgnore: true */ 'esbuild').catch((error: unknown) => {
    throw new UserError('The registry has to be built first, and esbuild is not installed.', {
      hint: 'Run npm ci in the clone.',
      cause: error,
    });
  });
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outfile: MAIN,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    loader: { '.wasm': 'copy', '.css': 'text', '.browser.js': 'text' },
    assetNames: '[name]-[hash]',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const files = outputFiles.map((file) => ({ name: path.basename(file.path), contents: file.contents }));
  // A running hash's WebAssembly lies among our sources and is that package's.
  return { ...toBundle(files), inputs: [...Object.keys(metafile.inputs), 'node_modules/hash-wasm'] };
}

function toBundle(files: { name: string; contents: Uint8Array }[]): Bundle {
  const modules: Bundle['modules'] = {};
  for (const { name, contents } of files) {
    if (name.endsWith('.js')) modules[name] = { type: 'esm', contents: new TextDecoder().decode(contents) };
    if (name.endsWith('.wasm')) modules[name] = { type: 'wasm', contents };
  }
  return { main: MAIN, modules };
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
