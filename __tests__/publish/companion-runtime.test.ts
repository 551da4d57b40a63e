/** What makes a container be made again. */
import { describe, expect, test } from '@jest/globals';

import type { Bases } from '../../src/bases/bases.ts';
import type { Runtime } from '../../src/models/entry.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { runtimeCompanion } from '../../src/publish/companion-runtime.ts';

const MOVED: Digest = `sha256:${'b'.repeat(64)}`;
const runtime: Runtime = { name: 'python', base: 'python:3.12-slim' };

function refuse(): never {
  throw new Error('only digests are asked for');
}

function basesAt(digest: Digest): Bases {
  return { digestOf: async () => digest, open: refuse, bring: refuse, close: async () => undefined };
}

async function recipe(
  change: Partial<Runtime> = {},
  digest: Digest = `sha256:${'a'.repeat(64)}`,
  builder: 'stream' | 'buildx' = 'stream',
): Promise<string> {
  const companion = runtimeCompanion(
    { ...runtime, ...change },
    { bases: basesAt(digest), builder, references: [] },
  );
  return companion.recipe(new AbortController().signal);
}

describe('a recipe', () => {
  test('stays what it is', async () => {
    expect([await recipe(), await recipe({ env: { A: 'b' }, cmd: ['x'], prefix: 'models' })])
      .toMatchInlineSnapshot(`
     [
       "1+sha256:28d1e90020ee032e5b4daae38c9dc6aefabab4c43b1c00fbe1e7091ee8df05ab",
       "1+sha256:5b1519bdad152c12d16d81cee44211e13113710b13e357b572179efa443dacfc",
     ]
    `);
  });

  test('is of the base’s digest and the settings, not of names', async () => {
    expect(await recipe({ name: 'other', base: 'other' })).toBe(await recipe());
    const others = [
      recipe({}, MOVED),
      ...[{ workdir: '/' }, { env: {} }, { entrypoint: [] }, { cmd: [] }, { prefix: 'm' }].map((set) =>
        recipe(set),
      ),
    ];
    expect(new Set([await recipe(), ...(await Promise.all(others))]).size).toBe(7);
  });

  test('is of the builder where there are layers to build', async () => {
    expect(await recipe({}, MOVED, 'buildx')).toBe(await recipe({}, MOVED));
    expect(await recipe({ prefix: 'm' }, MOVED, 'buildx')).not.toBe(await recipe({ prefix: 'm' }, MOVED));
  });
});

test.each([
  ['docker.io/library/python:3.12-slim', MOVED, undefined],
  ['docker.io/library/python:3.12-slim', undefined, 'its base python:3.12-slim has moved'],
  [
    'docker.io/library/python:3.11',
    undefined,
    'its base was docker.io/library/python:3.11, and is to be python:3.12-slim',
  ],
])('one that says the base %s at %s has this to say: %s', async (name, digest, said) => {
  const companion = runtimeCompanion(runtime, { bases: basesAt(MOVED), builder: 'stream', references: [] });
  const published = {
    'org.opencontainers.image.base.name': name,
    'org.opencontainers.image.base.digest': digest ?? `sha256:${'a'.repeat(64)}`,
  };
  expect(await companion.whatChanged?.(published)).toBe(said);
});
