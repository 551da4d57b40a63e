import { describe, expect, test } from '@jest/globals';

import { parseResponseHead, UnsupportedAnswerError } from '../../src/http/range/response-head.ts';

const head = (...lines: string[]): string => lines.join('\r\n');

test('a status line and header fields', () => {
  const { status, headers, keepAlive } = parseResponseHead(
    head('HTTP/1.1 206 Partial Content', 'Content-Length: 5', 'X-Empty:', 'Vary: a', 'vary:\tb  '),
  );
  expect(status).toBe(206);
  expect(Object.fromEntries(headers)).toEqual({ 'content-length': '5', 'x-empty': '', vary: 'a, b' });
  expect(keepAlive).toBe(true);
});

test.each(['close', 'Close', 'keep-alive, close'])('Connection: %s', (value) => {
  expect(parseResponseHead(head('HTTP/1.1 200 OK', `Connection: ${value}`)).keepAlive).toBe(false);
});

test('a reason may be missing, with or without the space before it', () => {
  expect(parseResponseHead('HTTP/1.1 200').status).toBe(200);
  expect(parseResponseHead('HTTP/1.1 200 ').status).toBe(200);
});

describe('left to fetch', () => {
  test.each([
    ['an older version', head('HTTP/1.0 200 OK')],
    ['an interim answer', head('HTTP/1.1 100 Continue')],
    ['a status of two digits', head('HTTP/1.1 20 OK')],
    ['no status line', head('Content-Length: 5')],
    ['nothing', ''],
    ['a space before the colon', head('HTTP/1.1 200 OK', 'Content-Length : 5')],
    ['a folded line', head('HTTP/1.1 200 OK', 'X-Long: a', ' b')],
    ['a line without a colon', head('HTTP/1.1 200 OK', 'Content-Length 5')],
    ['a bare line feed', head('HTTP/1.1 200 OK', 'X: a\nContent-Length: 5')],
    ['a zero byte', head('HTTP/1.1 200 OK', 'X: a\0b')],
    ['two lengths', head('HTTP/1.1 200 OK', 'Content-Length: 5', 'content-length: 6')],
    ['two locations', head('HTTP/1.1 302 Found', 'Location: /a', 'Location: /b')],
    ['a length that is no number', head('HTTP/1.1 200 OK', 'Content-Length: 5, 5')],
    ['a negative length', head('HTTP/1.1 200 OK', 'Content-Length: -5')],
    ['a length of twenty digits', head('HTTP/1.1 200 OK', `Content-Length: ${'9'.repeat(20)}`)],
  ])('%s', (_, text) => {
    expect(() => parseResponseHead(text)).toThrow(UnsupportedAnswerError);
  });
});
