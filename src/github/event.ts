/**
 * What GitHub's runner says of the event that started a job.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
import { readFile } from 'node:fs/promises';

import { z } from 'zod';

export interface Event {
  /** `push`, `pull_request`, … */
  name: string;
  /** `refs/heads/main`, `refs/tags/v1`, … */
  ref: string;
  repository: Repository | undefined;
  /** File name of the workflow that runs, in .github/workflows; of the caller's, where a workflow is called. */
  workflow: string | undefined;
  /** Of a push: the commit that the branch was at; zeros where there was no branch. */
  before: string | undefined;
  /** Of a pull request: the commit of its base. */
  pullRequestBase: string | undefined;
}

export interface Repository {
  owner: string;
  repo: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The few fields that are read, of an event of any kind. */
const payloadSchema = z.object({
  before: z.string().optional(),
  pull_request: z.object({ base: z.object({ sha: z.string() }) }).optional(),
});

export async function readEvent(env: Environment): Promise<Event> {
  const payload = await readPayload(env['GITHUB_EVENT_PATH']);
  return {
    name: env['GITHUB_EVENT_NAME'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    repository: repositoryOf(env['GITHUB_REPOSITORY'] ?? ''),
    workflow: workflowFile(env['GITHUB_WORKFLOW_REF'] ?? ''),
    before: payload.before,
    pullRequestBase: payload.pull_request?.base.sha,
  };
}

async function readPayload(path: string | undefined): Promise<z.infer<typeof payloadSchema>> {
  if (!path) return {};
  return payloadSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}

function repositoryOf(text: string): Repository | undefined {
  const [, owner, repo] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  return owner === undefined || repo === undefined ? undefined : { owner, repo };
}

/** `me/fork/.github/workflows/publish.yml@refs/heads/main` → `publish.yml` */
function workflowFile(reference: string): string | undefined {
  return /\/\.github\/workflows\/([^/@]+)@/.exec(reference)?.[1];
}
