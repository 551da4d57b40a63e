/** Which commit the list is compared with: that of the last run that published without failure. */
import type { Event } from './event.ts';
import type { LastSuccess } from './workflow-runs.ts';

export interface Base {
  /** Undefined where there is nothing to compare with, and the registry itself has to tell what is missing. */
  sha: string | undefined;
  /** Why this one, for people. */
  reason: string;
  /** What somebody should put right. */
  warning?: string;
}

/**
 * GitHub cancels a run that waits as soon as a newer one waits too, and the newer one's `before` skips the commits
 * of the cancelled one. So a push is compared with the head of the last run that ended well, and with `before` only
 * where GitHub does not tell that one.
 */
export function chooseBase(event: Event, last: LastSuccess): Base {
  if (event.name === 'pull_request' || event.name === 'pull_request_target') {
    return { sha: event.pullRequestBase, reason: 'the base of the pull request' };
  }
  if (!isBranchPush(event)) return { sha: undefined, reason: `${event.name || 'no event'} has no base` };
  switch (last.kind) {
    case 'commit':
      return { sha: last.sha, reason: 'the last commit that was published without failure' };
    case 'only-failures':
      return { sha: undefined, reason: 'no run of this workflow ended well on this branch yet' };
    case 'unreachable':
      // What a cancelled run left would be forgotten for good if this one then ended well.
      return { sha: undefined, reason: last.reason };
    case 'untold':
      return { ...beforePush(event), warning: last.reason };
    default:
      return beforePush(event);
  }
}

export function isBranchPush({ name, ref }: Event): boolean {
  return name === 'push' && ref.startsWith('refs/heads/');
}

function beforePush({ before }: Event): Base {
  if (before === undefined || /^0+$/.test(before)) {
    return { sha: undefined, reason: 'the branch is new' };
  }
  return { sha: before, reason: 'where the branch was before the push' };
}
