/** The setting CONTAINERS, and what is done about it when something is pushed. */
import { describe, expect, jest, test } from '@jest/globals';

import { createApp } from '../../../worker/src/app.ts';
import { parseContainerRules, rulesFor } from '../../../worker/src/containers/rules.ts';
import { touchContainers, type ContainersEnvironment } from '../../../worker/src/containers/touch.ts';
import { fakeBucket } from '../../support/fake-bucket.ts';

const DIGEST = `sha256:${'0'.repeat(64)}` as const;

describe('CONTAINERS', () => {
  test('says of which repositories, on which base, and how they run', () => {
    expect(parseContainerRules('[{"names": "a/*", "base": "library/debian"}]')).toEqual([
      {
        names: ['a/*'],
        base: { repository: 'library/debian', reference: 'latest' },
        suffix: 'container',
        choices: [],
        settings: {},
      },
    ]);
    const rule = { names: ['a'], base: `b/c@${DIGEST}`, suffix: 'vllm', with: ['model', 'datasets:train'] };
    const settings = { workdir: '/w', env: { A: '' }, entrypoint: [], cmd: ['x', ''], labels: { l: 'm' } };
    expect(parseContainerRules([{ ...rule, ...settings, platforms: 'linux/arm64' }])).toEqual([
      {
        names: ['a'],
        base: { repository: 'b/c', reference: DIGEST },
        suffix: 'vllm',
        choices: [{ role: 'model' }, { role: 'datasets', named: 'train' }],
        platforms: ['linux/arm64'],
        settings,
      },
    ]);
  });

  test.each<[object, string]>([
    [{ base: 'b' }, 'CONTAINERS[0].names is missing'],
    [{ names: 'a' }, 'CONTAINERS[0].base is missing'],
    [{ names: 'a', base: 'localhost:5000/debian:12' }, 'without a host'],
    [{ names: 'a', base: 'b:1@2' }, 'names no image of this registry'],
    [{ names: 'a', base: 'b@sha256:12' }, 'names no image of this registry'],
    [{ names: 'a', base: 'b', suffix: 'a/b' }, 'suffix cannot be the end of a tag'],
    [{ names: 'a', base: 'b', with: 'weights' }, 'CONTAINERS[0].with: "weights" names no part'],
    [{ names: 'a', base: 'b', workdir: 'models' }, 'workdir does not begin with a slash'],
    [{ names: 'a', base: 'b', env: ['A=1'] }, 'env is not an object of texts'],
    [{ names: 'a', base: 'b', env: { 'A=': '1' } }, 'whose name is empty or holds "="'],
    [{ names: 'a', base: 'b', cmd: 'serve' }, 'cmd is not a list of texts'],
    [{ names: 'a', base: 'b', command: [] }, 'has "command"'],
  ])('%j is refused', (rule, message) => {
    expect(() => parseContainerRules([rule])).toThrow(message);
  });

  test('two suffixes that could meet in one tag are refused', () => {
    const rules = [
      { names: 'a', base: 'b', suffix: 'gpu' },
      { names: 'a', base: 'b', suffix: 'vllm-gpu' },
    ];
    expect(() => parseContainerRules(rules)).toThrow("two tags could get one container's tag");
  });

  test('of the rules with one suffix, the first that fits holds', () => {
    const rules = parseContainerRules([
      { names: 'a/special', base: 'x' },
      { names: 'a/*', base: 'y' },
      { names: '**', base: 'z', suffix: 'z' },
    ]);
    const basesOf = (name: string): string[] => rulesFor(rules, name).map(({ base }) => base.repository);
    expect(basesOf('a/special')).toEqual(['x', 'z']);
    expect(basesOf('a/other')).toEqual(['y', 'z']);
    expect(basesOf('b')).toEqual(['z']);
  });
});

describe('a change', () => {
  const RULES = [
    { names: 'acme/*', base: 'bases/tiny:1' },
    { names: 'acme/*', base: `bases/pinned@${DIGEST}`, suffix: 'pinned' },
  ];

  /** What the object that makes containers is told. */
  async function told(
    change: Parameters<typeof touchContainers>[1],
    CONTAINERS: unknown = RULES,
  ): Promise<unknown> {
    const calls: unknown[] = [];
    const maker = {
      touch: async (...args: unknown[]) => void calls.push(args),
      sweep: async () => void calls.push('sweep'),
    };
    const namespace = { idFromName: () => 0, get: () => maker };
    const env = { CONTAINERS, CONTAINER_MAKER: namespace } as unknown as ContainersEnvironment;
    await touchContainers(env, change);
    return calls;
  }

  test.each<[string, Parameters<typeof touchContainers>[1], unknown[]]>([
    ['of what no rule speaks of', { repository: 'other', tags: ['1'] }, []],
    ['of a kit', { repository: 'acme/kit', tags: ['1', '2'] }, [['acme/kit', ['1', '2']]]],
    [
      'of a kit that was deleted as a whole',
      { repository: 'acme/kit', tags: undefined },
      [['acme/kit', undefined]],
    ],
    ['of a kit that has no tag', { repository: 'acme/kit', tags: [], digest: DIGEST }, []],
    ['of a base', { repository: 'bases/tiny', tags: ['1'] }, ['sweep']],
    ['of another tag of a base', { repository: 'bases/tiny', tags: ['2'] }, []],
    ['of a base by digest', { repository: 'bases/pinned', tags: [], digest: DIGEST }, ['sweep']],
  ])('%s is told', async (_, change, calls) => {
    expect(await told(change)).toEqual(calls);
  });

  test('is no failure where the setting is wrong: the log tells', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await told({ repository: 'acme/kit', tags: ['1'] }, '[{}]')).toEqual([]);
    expect(String(log.mock.calls)).toContain('CONTAINERS[0].names is missing');
    log.mockRestore();
  });
});

test.each([
  ['POST', '/v2/_containers'],
  ['GET', '/v2/_containers'],
  ['GET', '/v2/acme/kit/manifests/1/_containers'],
])('%s %s needs proof where reading does', async (method, path) => {
  const env = {
    BUCKET: fakeBucket(),
    READ_ACCESS: 'private',
    WRITE_ACCESS: 'token',
    TOKEN_SECRET: 'x'.repeat(32),
  };
  expect((await createApp().request(path, { method }, env)).status).toBe(401);
});
