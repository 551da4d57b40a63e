import { afterEach, describe, expect, test } from '@jest/globals';

import { openHubApi, type ListedModel } from '../../src/hub/hub-api.ts';
import { isUnanswered } from '../../src/hub/hub-errors.ts';
import { startHub, type Hub, type HubOptions } from '../support/hub.ts';

const open: Hub[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((hub) => hub.close()));
});

async function hubWith(options: HubOptions): Promise<Hub> {
  const hub = await startHub(options);
  open.push(hub);
  return hub;
}

function sha(digit: string): string {
  return digit.repeat(40);
}

const model = { name: 'org/model', files: [] };
const history = [
  { ...model, sha: sha('3'), title: 'Third', date: '2025-03-03T00:00:00.000Z' },
  { ...model, sha: sha('2'), title: 'Second', date: '2025-02-02T00:00:00.000Z', refs: ['v2', 'refs/pr/1'] },
  { ...model, sha: sha('1'), title: 'First', date: '2025-01-01T00:00:00.000Z' },
];

describe('the commit', () => {
  test.each([
    [undefined, '3'],
    ['main', '3'],
    ['v2', '2'],
    ['refs/pr/1', '2'],
    [sha('1'), '1'],
  ])('of %s', async (revision, digit) => {
    const hub = await hubWith({ models: history });
    const found = await openHubApi({ endpoint: hub.url }).head('org/model', revision);
    expect(found).toEqual({ name: 'org/model', sha: sha(digit), gated: false });
  });

  test('of a model that was moved, under its new name', async () => {
    const hub = await hubWith({ models: history, moved: { model: 'org/model' } });
    expect(await openHubApi({ endpoint: hub.url }).head('model')).toMatchObject({ name: 'org/model' });
  });

  test.each([
    ['a branch that there is not', 'org/model', 'v9', /org\/model has no branch or tag v9/],
    ['a model that there is not', 'org/other', undefined, /org\/other does not exist/],
  ])('%s is an answer of the Hub', async (_what, name, revision, said) => {
    const hub = await hubWith({ models: history });
    const error: unknown = await openHubApi({ endpoint: hub.url })
      .head(name, revision)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(said) });
    expect(isUnanswered(error)).toBe(false);
  });
});

test('the history up to a commit, newest first, as much of it as was asked for', async () => {
  const hub = await hubWith({ models: history });
  const api = openHubApi({ endpoint: hub.url });
  expect(await api.commits('org/model', sha('3'), 2)).toEqual([
    { sha: sha('3'), title: 'Third', date: new Date('2025-03-03') },
    { sha: sha('2'), title: 'Second', date: new Date('2025-02-02') },
  ]);
  expect(await api.commits('org/model', sha('2'), 9)).toHaveLength(2);
});

test('the most downloaded models come first, page by page, and only those with all of the tags', async () => {
  const models = Array.from({ length: 7 }, (_, at) => ({
    name: `org/m${at}`,
    sha: sha(String(at)),
    files: [],
    downloads: (at * 3) % 7,
    gated: at === 2,
    tags: at === 1 ? ['onnx'] : ['onnx', 'fill-mask'],
  }));
  const hub = await hubWith({
    models: [...models, { ...models[0]!, name: 'p/p', private: true }],
    pageSize: 2,
  });
  const found: ListedModel[] = [];
  for await (const each of openHubApi({ endpoint: hub.url }).mostDownloaded(['fill-mask', 'onnx'])) {
    found.push(each);
  }
  expect(found.map(({ name }) => name)).toEqual(['org/m2', 'org/m4', 'org/m6', 'org/m3', 'org/m5', 'org/m0']);
  expect(found[0]).toEqual({ name: 'org/m2', sha: sha('2'), gated: true, downloads: 6 });
});
