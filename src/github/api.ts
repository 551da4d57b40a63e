/** GitHub's API of the job's own repository. */
import type { getOctokit } from '@actions/github';

import { isTransient } from '../http/transient.ts';
import { retry } from '../http/retry.ts';
import type { Repository } from './event.ts';

export interface GitHubApi extends Repository {
  octokit: ReturnType<typeof getOctokit>;
}

const ATTEMPTS = 3;

/** @returns undefined where there is no token, or no repository. */
export async function openApi(
  env: Readonly<Record<string, string | undefined>>,
  repository: Repository | undefined,
  token: string,
): Promise<GitHubApi | undefined> {
  if (token === '' || repository === undefined) return undefined;
  // Much of the program by size, and of use to few commands.
  const github = await import('@actions/github');
  const baseUrl = env['GITHUB_API_URL'];
  return { ...repository, octokit: github.getOctokit(token, baseUrl === undefined ? {} : { baseUrl }) };
}

/** Asks again where that may help. @throws octokit's RequestError */
export async function askApi<T>(ask: () => Promise<T>): Promise<T> {
  return retry(ask, { attempts: ATTEMPTS, retryable: isPassing });
}

function isPassing(error: unknown): boolean {
  return (statusOf(error) ?? 0) >= 500 || isTransient(error);
}

/** Status of GitHub's answer, where the error is one. */
export function statusOf(error: unknown): number | undefined {
  return Error.isError(error) && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}
