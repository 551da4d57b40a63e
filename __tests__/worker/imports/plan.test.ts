/** The arithmetic of imports, and the operator's setting. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { partSizeFor, partsOf } from '../../../worker/src/imports/parts.ts';
import { MIN_PART } from '../../../worker/src/storage/limits.ts';
import { importId } from '../../../worker/src/imports/record.ts';
import { Steps, type DoStep } from '../../../worker/src/imports/steps.ts';
import { findUpstream, parseUpstreams } from '../../../worker/src/imports/upstream/allow-list.ts';

const GiB = 1024 ** 3;
const TiB = 1024 ** 4;

describe('parts', () => {
  test.each([
    ['nothing', []],
    ['one small blob', [10]],
    ['a blob of 5 GiB and a byte', [5 * GiB + 1]],
    ['a blob of 100 GiB', [100 * GiB]],
    ['a blob of 5 TiB', [5 * TiB]],
    ['50 blobs of 100 GiB', Array.from({ length: 50 }, () => 100 * GiB)],
    ['2,500 blobs of 2 GiB', Array.from({ length: 2500 }, () => 2 * GiB)],
  ])('%s fit into what R2 and a Workflow take', (_, sizes) => {
    const partSize = partSizeFor(sizes, { present: 100 }) ?? 0;
    expect(partSize).toBeGreaterThanOrEqual(GiB);
    expect(partSize).toBeLessThan(5 * GiB);
    const counts = sizes.map((size) => partsOf(size, partSize).length);
    expect(Math.max(0, ...counts)).toBeLessThanOrEqual(10_000);
    const steps = counts.reduce((sum, count) => sum + count + 2, 0);
    expect(steps).toBeLessThanOrEqual(9_700);
  });

  test.each([
    ['too many bytes', Array.from({ length: 20 }, () => 5 * TiB)],
    ['too many blobs', Array.from({ length: 4000 }, () => 1)],
  ])('%s do not', (_, sizes) => {
    expect(partSizeFor(sizes)).toBeUndefined();
  });

  test('are never smaller than R2 takes', () => {
    expect(partSizeFor([100], { preferred: 10 })).toBe(MIN_PART);
  });

  test.each([1, 5, 6, 10, 11])('of a blob of %d bytes cover it without a gap', (size) => {
    let end = 0;
    for (const [index, { number, offset, length }] of partsOf(size, 5).entries()) {
      expect([number, offset]).toEqual([index + 1, end]);
      expect(length).toBeLessThanOrEqual(5);
      end += length;
    }
    expect(end).toBe(size);
  });
});

test('an id is one that a Workflow takes, and another for each reference and generation', async () => {
  const ids = await Promise.all([
    importId({ repository: 'a'.repeat(255), reference: 'v'.repeat(128) }, 1_000_000),
    importId({ repository: 'a', reference: 'v1' }, 1),
    importId({ repository: 'a', reference: 'v1' }, 2),
    importId({ repository: 'a', reference: 'v2' }, 1),
  ]);
  for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_][a-zA-Z0-9-_]{0,99}$/);
  expect(new Set(ids).size).toBe(4);
});

describe('UPSTREAMS', () => {
  test.each<[string, unknown, string]>([
    ['is no JSON', '{', 'not JSON'],
    ['is a list', [], 'not an object of hosts'],
    ['names no host', { 'https://a.example': { kind: 'anonymous' } }, 'is not a host'],
    ['says nothing of a host', { 'a.example': 1 }, 'is not an object'],
    ['has an unknown kind', { 'a.example': { kind: 'magic' } }, 'has no kind'],
    ['lacks a secret', { 'a.example': { kind: 'basic' } }, 'names no secret'],
    ['has a secret too many', { 'a.example': { kind: 'anonymous', secret: 'X' } }, 'needs no secret'],
    ['has a misspelt field', { 'a.example': { kind: 'anonymous', prefx: 'a' } }, '"prefx"'],
    ['has a prefix that is no name', { 'a.example': { kind: 'anonymous', prefix: 'A/' } }, 'prefix'],
    [
      'has a token host with a path',
      { 'a.example': { kind: 'anonymous', tokenHosts: ['a/b'] } },
      'tokenHosts',
    ],
    ['wants http of another machine', { 'a.example': { kind: 'anonymous', http: true } }, 'over http'],
    [
      'wants http of what only looks local',
      { '127.0.0.1.evil.example': { kind: 'anonymous', http: true } },
      'over http',
    ],
  ])('that %s is refused with the place', (_, setting, message) => {
    expect(() => parseUpstreams(setting)).toThrow(message);
    expect(() => parseUpstreams(JSON.stringify(setting))).toThrow('UPSTREAMS');
  });

  const setting = JSON.stringify({
    'europe-docker.pkg.dev': { kind: 'artifact-registry', secret: 'KEY', prefix: 'project/models' },
    'registry-1.docker.io': { kind: 'anonymous', tokenHosts: ['auth.docker.io'] },
  });

  test.each([
    ['europe-docker.pkg.dev', 'project/models'],
    ['EUROPE-docker.pkg.dev', 'project/models/a/b'],
    ['registry-1.docker.io', 'library/alpine'],
  ])('allows %s/%s', (host, repository) => {
    expect(findUpstream(setting, host, repository).host).toBe(host.toLowerCase());
  });

  test.each([
    ['europe-docker.pkg.dev', 'project/models-private'],
    ['europe-docker.pkg.dev', 'project'],
    ['docker.pkg.dev', 'project/models'],
    ['europe-docker.pkg.dev.evil.example', 'project/models'],
    ['__proto__', 'a'],
    ['constructor', 'a'],
  ])('does not allow %s/%s', (host, repository) => {
    expect(() => findUpstream(setting, host, repository)).toThrow('not allowed');
    expect(() => findUpstream(undefined, host, repository)).toThrow('not allowed');
  });
});

/** As a Workflow runs it, without the waiting. */
const doStep: DoStep = async (_name, { retries }, run) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run({ attempt });
    } catch (error) {
      if (attempt > retries.limit) throw error;
    }
  }
};

describe('a step', () => {
  beforeEach(() => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('passes where one of its attempts does', async () => {
    let attempts = 0;
    const result = await new Steps(doStep, 2).do('x', async () => {
      if (++attempts < 7) throw new Error('not yet');
      return attempts;
    });
    expect(result).toBe(7);
  });

  test('fails with the last error in words', async () => {
    const failing = new Steps(doStep, 2).do('x', () => Promise.reject(new Error('never')));
    await expect(failing).rejects.toMatchObject({
      name: 'ImportFailure',
      message: 'After 7 attempts: never',
    });
  });
});
