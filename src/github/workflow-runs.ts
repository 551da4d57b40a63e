/** Earlier runs of the workflow that runs now. */
import { askApi, statusOf, type GitHubApi } from './api.ts';
import type { Event } from './event.ts';

export type LastSuccess =
  /** Head of the last run for a push to this branch that ended well. */
  | { kind: 'commit'; sha: string }
  /** There were runs, and none of them ended well. */
  | { kind: 'only-failures' }
  /** This is the first run. */
  | { kind: 'first-run' }
  /** GitHub does not tell; the reason is a sentence for people. */
  | { kind: 'untold'; reason: string }
  /** GitHub could not be asked. */
  | { kind: 'unreachable'; reason: string };

/** @returns what GitHub knows of the runs for pushes to the event's branch. Never throws. */
export async function lastSuccess(api: GitHubApi | undefined, event: Event): Promise<LastSuccess> {
  if (api === undefined) return { kind: 'untold', reason: unasked('there is no github-token') };
  if (event.workflow === undefined)
    return { kind: 'untold', reason: unasked('GITHUB_WORKFLOW_REF is not set') };
  const query = {
    owner: api.owner,
    repo: api.repo,
    workflow_id: event.workflow,
    branch: event.ref.replace('refs/heads/', ''),
    event: 'push',
    exclude_pull_requests: true,
    per_page: 1,
  };
  const { actions } = api.octokit.rest;
  try {
    const { data } = await askApi(async () => actions.listWorkflowRuns({ ...query, status: 'success' }));
    const [run] = data.workflow_runs;
    if (run !== undefined) return { kind: 'commit', sha: run.head_sha };
    const { data: all } = await askApi(async () => actions.listWorkflowRuns(query));
    // The run that asks is one of them.
    return { kind: all.total_count > 1 ? 'only-failures' : 'first-run' };
  } catch (error) {
    return explain(error);
  }
}

function unasked(why: string): string {
  return `GitHub cannot be asked for earlier runs, since ${why}: what failed before is left to a schedule`;
}

function explain(error: unknown): LastSuccess {
  const status = statusOf(error);
  const said = Error.isError(error) ? error.message : String(error);
  if (status === 401) return { kind: 'untold', reason: `GitHub does not take the github-token: ${said}` };
  if (status === 403 || status === 404) {
    const hint = 'give the job permissions: actions: read, so that failed runs are made up for';
    return { kind: 'untold', reason: `GitHub does not tell earlier runs (${status}): ${hint}` };
  }
  return { kind: 'unreachable', reason: `GitHub could not be asked for earlier runs: ${said}` };
}
