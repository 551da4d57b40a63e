import type { Edit } from '../models/edit.ts';
import type { Proposal } from './find-popular.ts';
import { rewriteList } from './rewrite-list.ts';

/** Adds the proposed models at the list's end, as it is written there, but for those that it has by now. */
export async function extendList(models: string, proposals: readonly Proposal[]): Promise<void> {
  const proposed = proposals.filter(({ status }) => status === 'proposed');
  if (proposed.length === 0) return;
  await rewriteList(models, ({ entries }) => {
    const names = new Set(entries.map(({ name }) => name));
    return proposed
      .filter(({ name }) => !names.has(name))
      .map(({ name, sha }): Edit => ({ kind: 'add', listed: { name, sha } }));
  });
}
