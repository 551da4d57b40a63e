/** What 10,000 models leave on the page of a job and in its outputs, which GitHub limits. */
import { expect, test } from '@jest/globals';

import { problemsSummary } from '../../src/commands/problems-summary.ts';
import { publishOutputs, publishSummary } from '../../src/commands/publish-summary.ts';
import type { PublishedModel } from '../../src/publish/publish-model.ts';
import type { ModelResult } from '../../src/publish/publish-models.ts';

/** Bytes of a page, and of all outputs of a job in UTF-16. */
const MOST = 2 ** 20;
const NUMBERS = Array.from({ length: 10_000 }, (_, at) => at);
const DIGEST = `sha256:${'a'.repeat(64)}` as const;

function result(at: number, status: 'up-to-date' | 'published'): ModelResult & PublishedModel {
  const name = `some-owner/some-model-of-a-long-name-${at}`;
  return {
    name,
    image: `us-docker.pkg.dev/project/models/${name}`,
    tags: ['latest'],
    position: { file: 'models/models.yaml', line: at + 1, column: 1 },
    seconds: 1,
    status,
    sha: 'b'.repeat(40),
    digest: DIGEST,
    reason: 'missing',
    layers: [],
    companions: [],
  };
}

test('images that are new are in the output before others, of which those that fit are', () => {
  const results = NUMBERS.map((at) => result(at, at % 100 === 99 ? 'published' : 'up-to-date'));
  const { images, skipped } = publishOutputs(results);
  const statuses = images.map(({ status }) => status);
  expect(skipped).toBe(9900);
  expect(statuses.filter((status) => status === 'published')).toHaveLength(100);
  expect(statuses.indexOf('up-to-date')).toBe(100);
  expect(images.length).toBeLessThan(10_000);
  expect(JSON.stringify(images).length * 2).toBeLessThan(MOST);
  expect(publishSummary(results)).toContain(`lacks ${10_000 - images.length} of them`);
});

test('all images are in the output where they fit', () => {
  const results = NUMBERS.slice(0, 1000).map((at) => result(at, 'published'));
  expect(publishOutputs(results).images).toHaveLength(1000);
  expect(publishSummary(results)).not.toContain('lacks');
});

test('what does not fit on the page is counted', () => {
  const failed = NUMBERS.map((at): ModelResult => {
    const { name, image, tags, position, seconds } = result(at, 'published');
    return { name, image, tags, position, seconds, status: 'failed', error: { message: 'x'.repeat(5000) } };
  });
  for (const results of [failed, NUMBERS.map((at) => result(at, 'published'))]) {
    const page = publishSummary(results);
    expect(Buffer.byteLength(page)).toBeLessThan(MOST);
    expect(page).toMatch(/… and \d+ more, which the log has\./);
  }
});

test('what is beside images counts: made, it is told of; failed, its model has', () => {
  const made = {
    suffix: 'python',
    tags: ['latest-python'],
    status: 'published',
    digest: DIGEST,
    reason: '',
  } as const;
  const error = { message: 'There is no base image x:1.', hint: 'Check the name.' };
  const failed = { suffix: 'llama', tags: ['latest-llama'], status: 'failed', error } as const;
  const results: ModelResult[] = [
    { ...result(1, 'up-to-date'), companions: [{ ...made, status: 'up-to-date' }] },
    { ...result(2, 'up-to-date'), companions: [made] },
    { ...result(3, 'published'), companions: [made, failed] },
  ];
  const { images, ...numbers } = publishOutputs(results);
  expect(numbers).toEqual({ published: 1, skipped: 1, failed: 1 });
  expect(images.map(({ tags, status }) => `${tags.join(',')} ${status}`)).toEqual([
    'latest-python published',
    'latest published',
    'latest-python published',
    'latest up-to-date',
    'latest-python up-to-date',
    'latest up-to-date',
  ]);
  const page = publishSummary(results);
  expect(page).toContain('## Models: 1 published, 1 failed, 1 up to date');
  expect(page).toContain('| ✅ published | some-owner/some-model-of-a-long-name-2 (python) |');
  expect(page).toContain('| ❌ failed | some-owner/some-model-of-a-long-name-3 (llama) |');
  expect(page).toContain('Check the name.');
});

test('mistakes of the list are on the page, since only ten of them are annotations', () => {
  const problem = { file: 'm.yaml', column: 1, length: 1, excerpt: '', message: 'a|b', hint: 'c' };
  const page = problemsSummary(NUMBERS.slice(0, 20).map((line) => ({ ...problem, line })));
  expect(page).toMatch(/^## The list has 20 mistakes\n/);
  expect(page).toContain('| 19 | mistake | a&#124;b | c |');
});

test('what is beside an imported image is told by where it was imported to', () => {
  const model: ModelResult = {
    ...result(0, 'up-to-date'),
    importedAs: 'models.example/a/b',
    companions: [
      { suffix: 'run', tags: ['latest-run'], status: 'published', digest: DIGEST, reason: 'missing' },
    ],
  };
  expect(publishSummary([model])).toContain('models.example/a/b:latest-run');
});
