import { describe, expect, test } from '@jest/globals';

import { escapeMarkdown, markdownBlock, markdownDetails, markdownTable } from '../../src/report/markdown.ts';

describe('Markdown', () => {
  test.each([
    ['all-MiniLM-L6-v2', 'all-MiniLM-L6-v2'],
    ['a|b', 'a&#124;b'],
    ['<img src=x>', '&#60;img src=x&#62;'],
    ['[x](http://y)', '&#91;x&#93;&#40;http://y&#41;'],
    ['snake_case `x` *y*', 'snake&#95;case &#96;x&#96; &#42;y&#42;'],
    ['two\nlines', 'two<br>lines'],
  ])('%j stays text', (text, markdown) => {
    expect(escapeMarkdown(text)).toBe(markdown);
  });

  test('a block has a longer fence than any in it', () => {
    expect(markdownBlock('```\nx\n````')).toBe('`````\n```\nx\n````\n`````');
  });

  test('rows that do not fit on a page are counted', () => {
    const rows = Array.from({ length: 10 }, (_, at) => [`row ${at}`]);
    expect(markdownTable(['a'], rows, 30)).toBe(
      '| a |\n| --- |\n| row 0 |\n| row 1 |\n| row 2 |\n\n… and 7 more, which the log has.',
    );
    expect(markdownDetails([{ title: 't', body: 'b' }], 10)).toBe('… and 1 more, which the log has.');
  });
});
