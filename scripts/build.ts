/**
 * Builds dist/: the command line with all that it needs, and beside it the thread that the stream builder starts.
 * The same sources give the same bytes wherever they lie, so that CI can compare.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'lib', '.built');

/** Entry points by the file of dist/ that they become; each is one file without imports of its own. */
const BUNDLES: Record<string, string> = {
  'cli.js': 'lib/cli.js',
  'lane.js': 'lib/builders/stream/lane.js',
};

function sourcesDigest(): string {
  const hash = createHash('sha256');
  const inputs = ['src/**/*.ts', 'worker/src/**/*', 'worker/wrangler.jsonc', 'package-lock.json', 'scripts/build.ts'];
  for (const file of globSync(inputs, { cwd: root }).toSorted()) {
    if (/\.[a-z]+$/.test(file)) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function run(command: string, ...args: string[]): void {
  execFileSync(join(root, 'node_modules', '.bin', command), args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function build(): void {
  rmSync(join(root, 'lib'), { recursive: true, force: true });
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  mkdirSync(join(root, 'dist'));
  run('tsc', '-p', 'tsconfig.build.json');
  for (const [name, entry] of Object.entries(BUNDLES)) {
    const folder = join(root, 'lib', 'bundles', name);
    run('ncc', 'build', entry, '-o', folder, '--minify', '--quiet');
    for (const file of globSync('*.js', { cwd: folder })) {
      renameSync(join(folder, file), join(root, 'dist', file === 'index.js' ? name : file));
    }
  }
  writeFileSync(join(root, 'dist', 'package.json'), '{"type":"module"}\n');
}

const digest = sourcesDigest();
const current = existsSync(stamp) && existsSync(join(root, 'dist')) && readFileSync(stamp, 'utf8') === digest;
if (!current || process.argv.includes('--force')) {
  console.error('Building dist/ …');
  build();
  writeFileSync(stamp, digest);
}
