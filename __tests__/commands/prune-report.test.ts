import { expect, test } from '@jest/globals';

import { failuresOf, prunedReport, pruneSummary, pruneText } from '../../src/commands/prune-report.ts';
import { UserError } from '../../src/errors.ts';
import type { RepositoryResult } from '../../src/prune/prune-registry.ts';

const changedAt = Date.UTC(2026, 8, 1);
const digest = `sha256:${'a'.repeat(64)}` as const;
const image = { digest, changedAt };
const RESULTS: RepositoryResult[] = [
  {
    repository: 'acme/gpt2',
    status: 'done',
    images: [
      { ...image, status: 'removed' },
      { ...image, status: 'needed' },
      { ...image, status: 'failed', error: new UserError('it stays', { hint: 'ask GitHub' }) },
    ],
    kept: 4,
    bytes: 2_000_000,
  },
  { repository: 'acme/none', status: 'absent' },
  { repository: 'acme/whole', status: 'done', images: [], kept: 3, bytes: 0 },
  { repository: 'acme/broken', status: 'failed', error: new UserError('a tag cannot be pulled') },
];

test('a row a repository, what is missing, and what came of it', () => {
  const report = prunedReport('ghcr.io', RESULTS, { olderThan: 720, delete: true });
  expect(pruneText(report)).toBe(
    `ghcr.io/acme/gpt2  3 of 7 images  2.0 MB  since 2026-09-01
warning: ghcr.io/acme/none: there is none, or whoever asks may not see it
1 image removed that nothing needed for 30 days, 1 needed after all, 1 failed
`,
  );
  expect(failuresOf(report)).toEqual([
    { name: `ghcr.io/acme/gpt2@${digest}`, error: { message: 'it stays', hint: 'ask GitHub' } },
    { name: 'ghcr.io/acme/broken', error: { message: 'a tag cannot be pulled' } },
  ]);
  const summary = pruneSummary(report);
  expect(summary).toMatch(/^\| ghcr\.io\/acme\/gpt2 \| 3 of 7 images \| 2\.0 MB \| since 2026-09-01 \|$/m);
  expect(summary).toMatch(/^- ghcr\.io\/acme\/broken: a tag cannot be pulled$/m);
});

test('a dry run says how to go on', () => {
  const unneeded = { ...image, status: 'unneeded' as const };
  const results: RepositoryResult[] = [
    { repository: 'a', status: 'done', images: [unneeded], kept: 1, bytes: 1000 },
  ];
  const report = prunedReport('ghcr.io', results, { olderThan: 12 });
  expect(pruneText(report)).toMatch(
    /^1 image that nothing needed for 12 hours, 1\.0 kB; --delete removes them$/m,
  );
  expect(report).toMatchObject({ deleted: false, repositories: [{ images: [{ status: 'unneeded' }] }] });
});
