/** One pull request for one file: made once, and brought up to date from then on. */
import { UserError } from '../errors.ts';
import { reasonOf } from '../http/reason.ts';
import { isTransient } from '../http/transient.ts';
import { askApi, statusOf, type GitHubApi } from './api.ts';

export interface Proposal {
  /** In the repository. */
  path: string;
  text: string;
  /** Of the pull request. It is the proposal's own: whatever else it has is written over. */
  branch: string;
  /** Branch that it is to be merged into. */
  base: string;
  /** The commit of the base that the text was made from; undefined for its newest. */
  commit: string | undefined;
  title: string;
  /** Markdown. */
  body: string;
}

export interface Proposed {
  state: 'opened' | 'updated' | 'nothing-to-propose';
  /** Of the pull request. */
  url?: string;
}

/** Characters that GitHub takes. */
const LONGEST_BODY = 65_000;

/**
 * Commits through GitHub's API, so that the commit is signed by GitHub and nothing of git has a token.
 * @throws UserError where GitHub does not allow it
 */
export async function propose(api: GitHubApi, proposal: Proposal): Promise<Proposed> {
  try {
    const parent = proposal.commit ?? (await headOf(api, proposal.base));
    if (parent === undefined) throw new UserError(`${api.repo} has no branch ${proposal.base}`);
    if ((await textAt(api, proposal.path, parent)) === proposal.text) return { state: 'nothing-to-propose' };
    await moveBranch(api, proposal.branch, await makeCommit(api, proposal, parent));
    return await openPullRequest(api, proposal);
  } catch (error) {
    throw explained(error, api);
  }
}

async function headOf({ octokit, owner, repo }: GitHubApi, branch: string): Promise<string | undefined> {
  return unlessAbsent(async () => {
    const { data } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` });
    return data.object.sha;
  });
}

async function textAt(
  { octokit, owner, repo }: GitHubApi,
  path: string,
  ref: string,
): Promise<string | undefined> {
  return unlessAbsent(async () => {
    const mediaType = { format: 'raw' };
    const { data } = await octokit.rest.repos.getContent({ owner, repo, path, ref, mediaType });
    // Octokit's types know JSON alone.
    return data as unknown as string;
  });
}

async function makeCommit(
  { octokit, owner, repo }: GitHubApi,
  { path, text, title }: Proposal,
  parent: string,
): Promise<string> {
  const { git } = octokit.rest;
  const of = { owner, repo };
  const { data: before } = await askApi(() => git.getCommit({ ...of, commit_sha: parent }));
  const tree = [{ path, mode: '100644' as const, type: 'blob' as const, content: text }];
  const { data: after } = await askApi(() => git.createTree({ ...of, base_tree: before.tree.sha, tree }));
  const { data: commit } = await askApi(() =>
    git.createCommit({ ...of, message: title, tree: after.sha, parents: [parent] }),
  );
  return commit.sha;
}

async function moveBranch(api: GitHubApi, branch: string, sha: string): Promise<void> {
  const { octokit, owner, repo } = api;
  const { git } = octokit.rest;
  if ((await headOf(api, branch)) === undefined) {
    await git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha });
  } else {
    await askApi(() => git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: true }));
  }
}

async function openPullRequest(
  { octokit, owner, repo }: GitHubApi,
  { branch, base, title, body: text }: Proposal,
): Promise<Proposed> {
  const { pulls } = octokit.rest;
  const body = text.length <= LONGEST_BODY ? text : `${text.slice(0, LONGEST_BODY)}\n\n… and more.\n`;
  const query = { owner, repo, head: `${owner}:${branch}`, base, state: 'open' as const };
  const { data: open } = await askApi(() => pulls.list(query));
  const [present] = open;
  if (present === undefined) {
    const { data: opened } = await pulls.create({ owner, repo, head: branch, base, title, body });
    return { state: 'opened', url: opened.html_url };
  }
  await askApi(() => pulls.update({ owner, repo, pull_number: present.number, title, body }));
  return { state: 'updated', url: present.html_url };
}

async function unlessAbsent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await askApi(ask);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function explained(error: unknown, { owner, repo }: GitHubApi): unknown {
  const status = statusOf(error);
  if (isTransient(error) || (status ?? 0) >= 500) {
    return new UserError(
      `GitHub could not be asked for a pull request in ${owner}/${repo}: ${reasonOf(error)}`,
      {
        hint: 'Run it again: what was done is not done twice.',
        cause: error,
      },
    );
  }
  if (!Error.isError(error) || (status !== 401 && status !== 403)) return error;
  const message = `GitHub does not let this token open a pull request in ${owner}/${repo} (${status}): ${error.message}`;
  const hint = error.message.includes('not permitted to create')
    ? 'In the settings of the repository, under Actions, General, allow GitHub Actions to create pull requests; or give an App’s or a person’s token.'
    : 'Give the job permissions: contents: write and pull-requests: write, or a token that has both.';
  return new UserError(message, { hint, cause: error });
}
