import { describe, expect, test } from '@jest/globals';

import { parseChallenges } from '../../src/registry/challenge.ts';

function plain(header: string): unknown[] {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('WWW-Authenticate', () => {
  test.each<[string, string, unknown[]]>([
    ['is empty', '', []],
    ['names a scheme alone', 'Negotiate', [['negotiate', {}]]],
    ['asks for a password', 'Basic realm="Registry Realm"', [['basic', { realm: 'Registry Realm' }]]],
    [
      'asks for a token, with commas inside quotes',
      'Bearer realm="https://auth.example/token?a=b",service="registry.example",scope="repository:a/b:pull,push"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.example/token?a=b',
            service: 'registry.example',
            scope: 'repository:a/b:pull,push',
          },
        ],
      ],
    ],
    [
      'holds several challenges',
      'Negotiate, NTLM TlRMTVNTUAAB==, Bearer realm="r" , scope=x, Basic realm="s"',
      [
        ['negotiate', {}],
        ['ntlm', {}],
        ['bearer', { realm: 'r', scope: 'x' }],
        ['basic', { realm: 's' }],
      ],
    ],
    ['escapes quotes', 'Basic realm="a \\"b\\" \\\\ c"', [['basic', { realm: 'a "b" \\ c' }]]],
    ['spells names otherwise', 'BEARER Realm = "r", SERVICE=s', [['bearer', { realm: 'r', service: 's' }]]],
    [
      'breaks off',
      'Basic realm="r", Bearer realm="unfinished',
      [
        ['basic', { realm: 'r' }],
        ['bearer', {}],
      ],
    ],
    ['is nonsense', '"; drop', []],
  ])('%s', (_, header, expected) => {
    expect(plain(header)).toEqual(expected);
  });

  test('is read in linear time', () => {
    expect(plain(`Bearer ${'a='.repeat(50_000)}`)).toHaveLength(1);
    expect(plain(`Bearer realm="${'\\'.repeat(100_000)}`)).toHaveLength(1);
  });
});
