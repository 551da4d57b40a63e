import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { openProgress } from '../../src/report/progress.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function stream(isTTY: boolean, columns = 200) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string) => written.push(text) };
}

describe('on a terminal', () => {
  test('one line is drawn over and over, and erased in the end', () => {
    const out = stream(true);
    const progress = openProgress(out);
    progress.begin('owner/model');
    progress.expect(2000);
    progress.moved(500);
    jest.advanceTimersByTime(1000);
    expect(out.written.at(-1)).toMatch(/^25 % {2}500 B of 2\.0 kB, 500 B\/s, 3\.0 s left {2}owner\/model$/);
    progress.close();
    expect(out.written.at(-1)).toBe('\r\u001B[K');
    expect(out.written.join('')).not.toContain('\n');
  });

  test('a note stays above the line', () => {
    const out = stream(true);
    const progress = openProgress(out);
    progress.begin('owner/model');
    jest.advanceTimersByTime(100);
    progress.note('waiting 55 s for the hub');
    expect(out.written.slice(-2)).toEqual(['\r\u001B[K', 'waiting 55 s for the hub\n']);
    progress.close();
  });

  test('the line is never wider than the terminal', () => {
    const out = stream(true, 20);
    const progress = openProgress(out);
    progress.begin('a-name-that-is-longer-than-the-terminal-is-wide');
    jest.advanceTimersByTime(100);
    expect(out.written.at(-1)).toHaveLength(19);
    progress.close();
  });

  test('a terminal that does not say how wide it is has 80 columns', () => {
    const out = stream(true, 0);
    const progress = openProgress(out);
    progress.begin('x'.repeat(200));
    jest.advanceTimersByTime(100);
    expect(out.written.at(-1)).toHaveLength(79);
    progress.close();
  });

  test('nothing is drawn while nothing is worked on', () => {
    const out = stream(true);
    const progress = openProgress(out);
    jest.advanceTimersByTime(1000);
    progress.close();
    expect(out.written).toEqual([]);
  });
});

describe('in a log', () => {
  test('a line is written every half minute, with its end', () => {
    const out = stream(false);
    const progress = openProgress(out);
    progress.begin('owner/model');
    progress.begin('owner/other');
    progress.begin('owner/third');
    jest.advanceTimersByTime(29_000);
    expect(out.written).toEqual([]);
    jest.advanceTimersByTime(1000);
    expect(out.written).toEqual(['owner/model, owner/other and 1 more\n']);
    progress.close();
  });
});
