/** What a run is about, where its inputs leave it to the event. */
import * as core from '@actions/core';
import type { Command } from 'commander';

import { chooseBase, isBranchPush } from '../github/base.ts';
import type { GitHubApi } from '../github/api.ts';
import type { Event } from '../github/event.ts';
import { lastSuccess } from '../github/workflow-runs.ts';
import type { BaseList } from '../models/base.ts';
import { input } from './inputs.ts';

export interface Comparison {
  event: Event;
  api: GitHubApi | undefined;
  readBase: (file: string, revision: string) => Promise<BaseList>;
}

/**
 * Nothing of a pull request or a merge queue is merged yet, so that nothing of it is published: its list is checked.
 * A dry run only looks.
 */
export function commandFor({ name }: Event, wanted: string): string {
  const unmerged = ['pull_request', 'pull_request_target', 'merge_group'].includes(name);
  return unmerged && wanted === 'publish' && !/^true$/i.test(input('dry-run')) ? 'validate' : wanted;
}

/** @returns words for the command line: what to compare the list with, or that the registry has to tell. */
export async function selectionWords(command: Command, comparison: Comparison): Promise<string[]> {
  const has = (name: string): boolean => command.options.some((option) => option.long === `--${name}`);
  const select = input('select');
  const isPlanned = command.name() === 'publish' && input('plan-file') !== '';
  // Of the list alone all is checked; only what the Hub is asked for is what changed.
  const isOffline = has('online') && !/^true$/i.test(input('online'));
  const isSettled = input('base') !== '' || (select !== '' && select !== 'changed');
  // Of a container it is an image.
  const isOfList = has('base') && has('models');
  if (!isOfList || isPlanned || isOffline || isSettled) return [];
  const base = await readableBase(comparison);
  if (base !== undefined) return [`--base=${base}`];
  return has('select') ? ['--select=missing'] : [];
}

/** @returns undefined where there is nothing to compare with; the log says why. */
async function readableBase({ event, api, readBase }: Comparison): Promise<string | undefined> {
  const last = isBranchPush(event) ? await lastSuccess(api, event) : undefined;
  const { sha, reason, warning } = chooseBase(event, last ?? { kind: 'first-run' });
  if (warning !== undefined) core.warning(warning);
  if (sha === undefined) {
    core.info(`The list is compared with the registry: ${reason}.`);
    return undefined;
  }
  const list = await readBase(input('models'), sha);
  if (list.kind === 'found' || list.kind === 'absent') {
    core.info(`The list is compared with that of ${sha}, ${reason}.`);
    return sha;
  }
  core.warning(`The list is compared with the registry, since that of ${sha} cannot be had: ${list.message}`);
  return undefined;
}
