/** Who may collect, and the rules of what is kept. */
import { describe, expect, test } from '@jest/globals';
import { createApp } from '../../../worker/src/app.ts';
import { isKept, parseKeepRules, ruleFor } from '../../../worker/src/collection/keep-rules.ts';
import { timesOf } from '../../../worker/src/collection/times.ts';
import { fakeBucket } from '../../support/fake-bucket.ts';

const DAY = 24 * 60 * 60 * 1000;

describe('KEEP_UNTAGGED', () => {
  const rules = parseKeepRules('[{"names": "nightly/**", "days": 7}, {"names": ["a", "b"], "count": 2}]');

  test.each([
    ['other', 9, 1000 * DAY, true],
    ['nightly/x', 0, 8 * DAY, false],
    ['nightly/x', 9, 6 * DAY, true],
    ['a', 1, 1000 * DAY, true],
    ['b', 2, 0, false],
  ])('%s: the one of rank %d and %d ms: kept: %s', (name, rank, age, kept) => {
    expect(isKept(ruleFor(rules, name), { rank, age })).toBe(kept);
  });

  test.each([
    ['{', 'is not JSON'],
    ['[{"names": "a"}]', 'neither "days" nor "count"'],
    ['[{"names": "a", "days": -1}]', 'KEEP_UNTAGGED[0].days is not a number'],
    ['[{"names": "a", "count": 1, "age": 1}]', 'has "age"'],
    ['[{"count": 1}]', 'names is missing'],
  ])('%s is refused', (value, message) => {
    expect(() => parseKeepRules(value)).toThrow(message);
  });
});

test.each(['-1', 'soon'])('a time of %s is refused', (GC_WINDOW) => {
  expect(() => timesOf({ GC_WINDOW })).toThrow('GC_WINDOW is not a number of seconds');
});

test.each([
  ['POST', '/v2/_gc'],
  ['GET', '/v2/_gc'],
  ['DELETE', '/v2/a/b/_repository'],
])('%s %s needs proof', async (method, path) => {
  const env = { BUCKET: fakeBucket(), WRITE_ACCESS: 'token', TOKEN_SECRET: 'x'.repeat(32) };
  expect((await createApp().request(path, { method }, env)).status).toBe(401);
});
