import { expect, test } from '@jest/globals';

import { UserError } from '../../src/errors.ts';
import { parseList } from '../../src/models/parse.ts';
import { planModels } from '../../src/publish/plan-models.ts';
import { publishModels } from '../../src/publish/publish-models.ts';
import type { PublishRun } from '../../src/publish/publish-run.ts';

const { entries } = parseList(
  `- {name: a/b, sha: ${'1'.repeat(40)}}\n- {name: c/d, sha: ${'2'.repeat(40)}}\n`,
  'models.yaml',
);

function refuse(): never {
  throw new UserError('there can be no such repository');
}

/** A run in which nothing can be opened. */
function run(): PublishRun {
  return {
    builder: { name: 'stream', buildLayers: refuse, close: async () => undefined },
    bases: { digestOf: refuse, open: refuse, bring: refuse, close: async () => undefined },
    sourceOf: () => ({ revision: refuse, read: refuse, close: async () => undefined }),
    targetOf: refuse,
    imageOf: ({ image }) => `registry.example/prefix/${image}`,
    force: false,
    progress: {
      expect: () => undefined,
      moved: () => undefined,
      begin: () => undefined,
      end: () => undefined,
      note: () => undefined,
      close: () => undefined,
    },
    signal: new AbortController().signal,
  };
}

test('an image name that the registry cannot have fails its model alone', async () => {
  const failed = { status: 'failed', error: { message: 'there can be no such repository' } };
  expect(await publishModels(entries, run())).toMatchObject([
    { name: 'a/b', image: 'registry.example/prefix/a/b', ...failed },
    { name: 'c/d', image: 'registry.example/prefix/c/d', ...failed },
  ]);
});

test('a plan says so too', async () => {
  const plans = await planModels(entries, { ...run(), builder: 'stream', mostSized: Infinity });
  expect(plans).toMatchObject([{ action: 'failed' }, { action: 'failed' }]);
});
