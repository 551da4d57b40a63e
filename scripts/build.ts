/**
 * Builds dist/: the command line and the action, each with all that it needs, the threads that builder and pull
 * start, and the Worker that `serve` runs. The same sources give the same bytes wherever they lie, so that CI can compare.
 *
 *   node scripts/build.ts           where the sources have changed since it was last run
 *   node scripts/build.ts --force   in any case
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { transformSync } from 'esbuild';

import { buildWorker } from '../src/workerd/bundle.ts';
import { licenseText } from './licenses.ts';

const root = join(import.meta.dirname, '..');
const lib = join(root, 'lib');
const dist = join(root, 'dist');
const stamp = join(lib, '.built');

/** Files of dist/, and the compiled entry points that they are bundled from. */
const BUNDLES = {
  'cli.js': 'lib/cli.js',
  'lane.js': 'lib/builders/stream/lane.js',
  'pull-thread.js': 'lib/pulling/pull-thread.js',
  // Of its own folder, since both have parts that are loaded when they are needed, of the same names.
  'main/index.js': 'lib/main.js',
  'main/lane.js': 'lib/builders/stream/lane.js',
  'main/pull-thread.js': 'lib/pulling/pull-thread.js',
};

const SOURCES = [
  'src/**/*.ts',
  'worker/src/**/*.{ts,tsx}',
  'worker/wrangler.jsonc',
  'scripts/{build,licenses}.ts',
  'tsconfig*.json',
  'package-lock.json',
];

interface Stats {
  modules: readonly { name?: string; modules?: Stats['modules'] }[];
}

function sourcesDigest(): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: root }).toSorted()) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function run(command: string, ...args: string[]): void {
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  execFileSync(join(root, 'node_modules', '.bin', command), args, { cwd: root, stdio: [...stdio] });
}

/** @returns the files that were bundled. */
function bundle(name: string, entry: string): string[] {
  const folder = join(lib, 'bundles', name);
  const stats = join(folder, 'stats.json');
  run('ncc', 'build', entry, '--out', folder, '--stats-out', stats, '--minify', '--quiet');
  mkdirSync(join(dist, dirname(name)), { recursive: true });
  for (const file of globSync('*.js', { cwd: folder })) {
    if (file === 'index.js') renameSync(join(folder, file), join(dist, name));
    else writeFileSync(join(dist, dirname(name), file), minified(join(folder, file)));
  }
  return moduleNames((JSON.parse(readFileSync(stats, 'utf8')) as Stats).modules);
}

/** ncc minifies a bundle's first file only, and not the parts that are loaded when they are needed; names stay here. */
function minified(file: string): string {
  const options = { minifyWhitespace: true, minifySyntax: true, legalComments: 'none' } as const;
  return transformSync(readFileSync(file, 'utf8'), options).code;
}

function moduleNames(modules: Stats['modules']): string[] {
  return modules.flatMap(({ name = '', modules: inner = [] }) => [name, ...moduleNames(inner)]);
}

async function bundleWorker(): Promise<string[]> {
  const { modules, inputs } = await buildWorker();
  mkdirSync(join(dist, 'worker'));
  for (const [name, { contents }] of Object.entries(modules)) {
    writeFileSync(join(dist, 'worker', name), contents);
  }
  return inputs;
}

async function build(): Promise<void> {
  rmSync(lib, { recursive: true, force: true });
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  run('tsc', '-p', 'tsconfig.build.json');
  const bundled = Object.entries(BUNDLES).flatMap(([name, entry]) => bundle(name, entry));
  bundled.push(...(await bundleWorker()));
  writeFileSync(join(dist, 'package.json'), '{"type":"module"}\n');
  writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licenseText(root, bundled));
}

const digest = sourcesDigest();
const isCurrent = existsSync(stamp) && existsSync(dist) && readFileSync(stamp, 'utf8') === digest;
if (!isCurrent || process.argv.includes('--force')) {
  console.error('Building dist/ …');
  await build();
  writeFileSync(stamp, digest);
}
