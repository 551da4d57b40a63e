import { expect, test } from '@jest/globals';

import { UserError } from '../../src/errors.ts';
import { failureOf } from '../../src/publish/failure.ts';

test('what a user can put right: what happened and what to do', () => {
  expect(failureOf(new UserError('it is gated', { hint: 'accept its terms' }))).toEqual({
    message: 'it is gated',
    hint: 'accept its terms',
  });
  expect(failureOf(new UserError('it is gated', { cause: new Error('403') }))).toEqual({
    message: 'it is gated',
  });
});

test("a user's own wish to end has no stack", () => {
  const failure = failureOf(new DOMException('This operation was aborted', 'AbortError'));
  expect(failure).toEqual({ message: 'interrupted', hint: 'Run the same again: what was finished is kept.' });
});

test('what nobody foresaw: the causes in words, and the stack', () => {
  const error = new TypeError('fetch failed', { cause: new Error('bad port') });
  expect(failureOf(error)).toEqual({ message: 'fetch failed: bad port', stack: error.stack });
});

test('what is not even an error', () => {
  expect(failureOf('out of luck')).toEqual({ message: 'out of luck' });
});
