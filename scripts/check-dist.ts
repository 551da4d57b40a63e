/** Fails where the checked-in dist/ is not what the sources build. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
execFileSync(process.execPath, ['scripts/build.ts', '--force'], { cwd: root, stdio: 'inherit' });
const changed = execFileSync('git', ['status', '--porcelain', '--', 'dist'], { cwd: root, encoding: 'utf8' });
if (changed !== '') {
  console.error(`dist/ is not what the sources build: run npm run build and commit it.\n${changed}`);
  process.exitCode = 1;
}
