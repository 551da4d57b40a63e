import { expect, test } from '@jest/globals';

import { parseImportUrl } from '../../src/imports/import-url.ts';

test.each([
  ['https://registry.example', 'https://registry.example', 'registry.example', ''],
  ['https://registry.example/', 'https://registry.example', 'registry.example', ''],
  [
    'https://registry.example:8443/ai/models/',
    'https://registry.example:8443',
    'registry.example:8443',
    'ai/models',
  ],
  ['http://localhost:8787/a', 'http://localhost:8787', 'localhost:8787', 'a'],
])('%s', (text, origin, host, prefix) => {
  expect(parseImportUrl(text, { insecure: false })).toMatchObject({ origin, host, prefix });
});

test.each([
  ['registry.example', /is no address/, /--import-url https:\/\/registry\.example$/],
  ['registry.example:8443', /is no address/, /https:\/\/registry\.example:8443$/],
  ['', /is no address/, /https:\/\/registry\.example$/],
  ['ftp://registry.example', /is no address/, /https:/],
  ['https://registry.example/Models', /is not https:\/\/HOST\/PREFIX/, /part before/],
  ['https://registry.example/?a=b', /is not https:\/\/HOST\/PREFIX/, /part before/],
  ['https://me:secret@registry.example', /"https:\/\/…@registry\.example" is not/, /part before/],
  ['http://registry.example', /plain http/, /--insecure/],
  ['https://localhost:8787', /on this machine/, /http:\/\//],
])('%s is refused', (text, message, hint) => {
  expect(() => parseImportUrl(text, { insecure: false })).toThrow(
    expect.objectContaining({
      name: 'UsageError',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    }),
  );
});

test('plain http beyond this machine is for those who allow it', () => {
  expect(parseImportUrl('http://registry.example', { insecure: true })).toMatchObject({ insecure: true });
  expect(parseImportUrl('https://registry.example', { insecure: true })).toMatchObject({ insecure: false });
});
