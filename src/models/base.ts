/** A list as it was at a revision of git. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { MAX_TEXT } from './document.ts';

export type BaseList =
  | { kind: 'found'; text: string; commit: string }
  /** The revision has no such file: all entries are new. */
  | { kind: 'absent'; commit: string }
  /** The repository does not have the revision; a shallow clone has few. */
  | { kind: 'unknown-revision'; message: string }
  /** The list is not in a git repository, or in one that git will not read; the message says which. */
  | { kind: 'no-repository'; message: string }
  | { kind: 'no-git'; message: string };

/**
 * @param file the list, where it is now; its folder must exist.
 * @param revision anything that git takes for a commit: `HEAD~1`, `main`, a commit's hash.
 */
export async function readBase(file: string, revision: string): Promise<BaseList> {
  const folder = path.dirname(path.resolve(file));
  const commit = await git(folder, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  if (commit.kind === 'missing')
    return { kind: 'no-git', message: 'git is not installed, or not in the PATH' };
  if (commit.kind === 'failed') {
    const inside = await git(folder, ['rev-parse', '--git-dir']);
    return inside.kind === 'failed'
      ? { kind: 'no-repository', message: inside.message }
      : { kind: 'unknown-revision', message: `"${revision}" is not a commit of this repository` };
  }
  const sha = commit.output.trim();
  const listed = await git(folder, ['ls-tree', '-z', sha, '--', path.basename(file)]);
  if (listed.kind !== 'done') throw new Error(`git ls-tree ${sha}: ${listed.message}`);
  const blob = /^\d+ blob ([0-9a-f]+)\t/.exec(listed.output)?.[1];
  if (blob === undefined) return { kind: 'absent', commit: sha };
  const text = await git(folder, ['cat-file', 'blob', blob]);
  if (text.kind !== 'done') throw new Error(`git cat-file blob ${blob}: ${text.message}`);
  return { kind: 'found', text: text.output, commit: sha };
}

type GitResult =
  | { kind: 'done'; output: string }
  | { kind: 'failed'; message: string }
  | { kind: 'missing'; message: string };

function git(folder: string, args: readonly string[]): Promise<GitResult> {
  const options = { cwd: folder, maxBuffer: 4 * MAX_TEXT, env: { ...process.env, LC_ALL: 'C' } };
  return new Promise((resolve) => {
    execFile('git', args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ kind: 'done', output: stdout });
      else if (error.code === 'ENOENT') resolve({ kind: 'missing', message: error.message });
      else resolve({ kind: 'failed', message: stderr.trim() === '' ? error.message : stderr.trim() });
    });
  });
}
