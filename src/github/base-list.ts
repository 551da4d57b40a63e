/** The list at a commit that the checkout may lack: it is fetched, or read through GitHub's API. */
import { execFile } from 'node:child_process';
import path from 'node:path';

import { readBase, type BaseList } from '../models/base.ts';
import { askApi, statusOf, type GitHubApi } from './api.ts';

export interface BaseAccess {
  api: GitHubApi | undefined;
  /** As in https://github.com */
  serverUrl: string;
  /** May be empty, where the repository is public. */
  token: string;
  /** The checkout's folder, for where git cannot tell it. */
  workspace: string;
}

/** As `readBase`, which is asked first. A commit that cannot be had stays `unknown-revision`. */
export async function readBaseFrom(access: BaseAccess, file: string, revision: string): Promise<BaseList> {
  const here = await readBase(file, revision);
  if (here.kind === 'found' || here.kind === 'absent' || !/^[0-9a-f]{40}$/.test(revision)) return here;
  let base: BaseList = here;
  if (here.kind === 'unknown-revision') {
    const failure = await fetchCommit(access, path.dirname(file), revision);
    if (failure === undefined) return readBase(file, revision);
    base = { ...here, message: `${here.message}, and git cannot fetch it: ${failure}` };
  }
  const text = await readThroughApi(access, file, revision);
  return text === undefined ? base : { kind: 'found', text, commit: revision };
}

/** Milliseconds. */
const FETCH_PATIENCE = 120_000;

/**
 * One commit without its history; this also finds what a force push left without a branch.
 *
 * @returns why it failed, where it did.
 */
async function fetchCommit(access: BaseAccess, folder: string, sha: string): Promise<string | undefined> {
  const options = {
    cwd: folder,
    timeout: FETCH_PATIENCE,
    env: { ...process.env, ...gitCredentials(access), GIT_TERMINAL_PROMPT: '0' },
  };
  return new Promise((resolve) => {
    execFile('git', ['fetch', '--no-tags', '--depth=1', 'origin', sha], options, (error, _stdout, stderr) => {
      resolve(error === null ? undefined : (/^fatal: (.*)$/m.exec(stderr)?.[1] ?? error.message));
    });
  });
}

/** In the environment, since every process of the machine may read the arguments of another. */
function gitCredentials({ serverUrl, token }: BaseAccess): Record<string, string> {
  if (token === '') return {};
  const key = `http.${serverUrl}/.extraheader`;
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '2',
    // The empty one takes back what actions/checkout has set: GitHub refuses two of them.
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: `Authorization: basic ${basic}`,
  };
}

/** @returns undefined where GitHub has no such commit, or no such file at it, or does not tell. */
async function readThroughApi(
  { api, workspace }: BaseAccess,
  file: string,
  sha: string,
): Promise<string | undefined> {
  if (api === undefined) return undefined;
  const { owner, repo, octokit } = api;
  const within = await pathInRepository(file, workspace);
  try {
    const { data } = await askApi(async () =>
      octokit.rest.repos.getContent({
        owner,
        repo,
        path: within,
        ref: sha,
        mediaType: { format: 'raw' },
      }),
    );
    return typeof data === 'string' ? data : undefined;
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    return undefined;
  }
}

async function pathInRepository(file: string, workspace: string): Promise<string> {
  const folder = path.dirname(path.resolve(file));
  const prefix = await new Promise<string | undefined>((resolve) => {
    execFile('git', ['rev-parse', '--show-prefix'], { cwd: folder }, (error, stdout) =>
      resolve(error === null ? stdout.trimEnd() : undefined),
    );
  });
  return path.posix.join(prefix ?? path.relative(workspace, folder), path.basename(file));
}
