/** What a private registry shows, and to whom. */
import { beforeEach, expect, test } from '@jest/globals';
import { createApp } from '../../../worker/src/app.ts';
import type { ListPage } from '../../../worker/src/catalogue/query.ts';
import { basic, operatorToken, SECRET } from '../../support/access.ts';
import { fakeBucket, type FakeBucket } from '../../support/fake-bucket.ts';

const MODELS = ['acme/bert', 'other/gpt2'].map((name) => ({
  name,
  tags: 1,
  formats: [],
  updatedAt: '2026-01-01T00:00:00.000Z',
}));
const SETTINGS = {
  READ_ACCESS: 'private',
  WRITE_ACCESS: 'token',
  TOKEN_SECRET: SECRET,
  OPERATOR_TOKENS: [
    operatorToken('everything', { names: ['**'], actions: ['pull'] }),
    operatorToken('acme alone', { names: ['acme/**'], actions: ['push'] }),
    operatorToken('expired', { names: ['**'], actions: ['pull'], expires: '2020-01-01T00:00:00Z' }),
  ],
};

let bucket: FakeBucket;
let compilations: number;
beforeEach(async () => {
  bucket = fakeBucket();
  compilations = 0;
  await bucket.put('catalogue/list.json', JSON.stringify({ version: 1, models: MODELS }));
});

function request(path: string, password?: string): Promise<Response> {
  const headers = password === undefined ? {} : basic(password);
  const catalogue = {
    touch: async () => undefined,
    compile: async () => void compilations++,
    rebuild: async () => undefined,
  };
  const CATALOGUE = { idFromName: () => 0, get: () => catalogue };
  return Promise.resolve(createApp().request(path, { headers }, { BUCKET: bucket, CATALOGUE, ...SETTINGS }));
}

async function namesFor(password: string): Promise<string[]> {
  const page = (await (await request('/api/models?sort=name', password)).json()) as ListPage;
  return page.models.map(({ name }) => name);
}

test.each([
  '/api/models',
  '/api/models/acme/bert',
  '/api/models/acme/bert/compare/a...b',
  '/acme/bert/-/files/latest/config.json',
])('%s asks browsers to sign in', async (path) => {
  for (const password of [undefined, 'wrong', 'expired']) {
    const { status, headers } = await request(path, password);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Basic realm="registry", charset="UTF-8"');
  }
});

test('the list has the models that one may pull', async () => {
  expect(await namesFor('everything')).toEqual(['acme/bert', 'other/gpt2']);
  expect(await namesFor('acme alone')).toEqual(['acme/bert']);
});

test('a model that one may not pull is refused, whether there is one or not', async () => {
  const responses = ['other/gpt2', 'other/nothing'].map((name) =>
    request(`/api/models/${name}`, 'acme alone'),
  );
  for (const { status } of await Promise.all(responses)) expect(status).toBe(403);
});

test('nobody in between keeps an answer', async () => {
  const { headers } = await request('/api/models', 'everything');
  expect(headers.get('cache-control')).toBe('private, no-cache');
  expect(headers.get('vary')).toBe('Authorization');
});

test('a list that is not there yet is compiled', async () => {
  await bucket.delete('catalogue/list.json');
  const response = await request('/api/models', 'everything');
  expect(await response.json()).toMatchObject({ of: 0, models: [] });
  expect(compilations).toBe(1);
});
