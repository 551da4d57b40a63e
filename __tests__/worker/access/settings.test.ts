/** What operators write about who may do what: patterns, tokens and rules, and what they are told where it is wrong. */
import { describe, expect, test } from '@jest/globals';
import { isGranted, type Action } from '../../../worker/src/access/actions.ts';
import { parseIssuer } from '../../../worker/src/access/oidc.ts';
import { findOperatorToken, parseOperatorTokens } from '../../../worker/src/access/operator-tokens.ts';
import { isPattern, matchesPattern } from '../../../worker/src/access/patterns.ts';
import { grantsFor, parseRules } from '../../../worker/src/access/rules.ts';
import { operatorToken } from '../../support/access.ts';
import { claimsOf } from '../../support/oidc-issuer.ts';

describe('patterns', () => {
  test.each([
    ['acme/model', 'acme/model', true],
    ['acme/model', 'acme/models', false],
    ['acme/*', 'acme/model', true],
    ['acme/*', 'acme/team/model', false],
    ['acme/*', 'acme', false],
    ['acme/*', 'acme2/model', false],
    ['acme/**', 'acme/team/model', true],
    ['acme/**', 'acme', false],
    ['**', 'acme/team/model', true],
    ['*', 'model', true],
    ['*', 'acme/model', false],
    ['*/model', 'acme/model', true],
    ['acme/m*l', 'acme/model', true],
    ['a.me/x', 'acme/x', false],
    ['a.me/*', 'acme/x', false],
    ['refs/tags/v*', 'refs/tags/v1.2', true],
    ['refs/tags/v*', 'refs/heads/refs/tags/v1.2', false],
    [
      'acme/models/.github/workflows/*@refs/heads/main',
      'acme/models/.github/workflows/a.yml@refs/heads/main',
      true,
    ],
    ['refs/heads/*', 'refs/heads/main\nx', true],
    ['refs/heads/m', 'refs/heads/m\n', false],
    ['(a+)+$', '(a+)+$', true],
    ['constructor*', 'constructor1', true],
  ])('%j and %j: %j', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  test.each(['', 'a*b*c*d*e', '*'.repeat(9), 'x'.repeat(513)])('%j is refused', (pattern) => {
    expect(isPattern(pattern)).toBe(false);
  });
});

describe('grants', () => {
  const grants = [
    { names: ['acme/*'], actions: ['push'] as Action[] },
    { names: ['**'], actions: ['catalog'] as Action[] },
  ];
  test.each([
    ['push', 'acme/x', true],
    ['pull', 'acme/x', true], // whoever pushes may look
    ['delete', 'acme/x', false],
    ['import', 'acme/x', false],
    ['pull', 'other/x', false], // listing is not reading
    ['catalog', undefined, true],
    ['operate', undefined, false],
  ] as const)('%s on %s: %j', (action, name, expected) => {
    expect(isGranted(grants, action, name)).toBe(expected);
  });
});

describe('operator tokens', () => {
  test('are found by their text, and by nothing else', async () => {
    const tokens = parseOperatorTokens(JSON.stringify([operatorToken('one'), operatorToken('two')]));
    expect((await findOperatorToken(tokens, 'one'))?.name).toBe('token of one');
    expect((await findOperatorToken(tokens, 'two'))?.name).toBe('token of two');
    const hash = (operatorToken('one') as { sha256: string }).sha256;
    for (const wrong of ['', 'One', 'one ', hash, 'x'.repeat(100_000)]) {
      expect(await findOperatorToken(tokens, wrong)).toBeUndefined();
    }
  });

  test('may be left out, or be JSON already', () => {
    expect([parseOperatorTokens(undefined), parseOperatorTokens(''), parseOperatorTokens([])]).toEqual([
      [],
      [],
      [],
    ]);
    expect(parseOperatorTokens([operatorToken('one')])).toHaveLength(1);
  });

  const good = operatorToken('x') as Record<string, unknown>;

  test.each([
    ['[', /^OPERATOR_TOKENS is not JSON: /],
    ['{}', 'OPERATOR_TOKENS is not a list'],
    [['x'], 'OPERATOR_TOKENS[0] is not an object'],
    [[[]], 'OPERATOR_TOKENS[0] is not an object'],
    [[null], 'OPERATOR_TOKENS[0] is not an object'],
  ])('%j: %s', (value, message) => {
    expect(() => parseOperatorTokens(value)).toThrow(expect.objectContaining({ name: 'SettingsError' }));
    expect(() => parseOperatorTokens(value)).toThrow(message);
  });

  test('that are too long are not read', () => {
    expect(() => parseOperatorTokens(' '.repeat(300_000))).toThrow('longer than 262144 characters');
  });

  test.each([
    [{ token: 'x' }, /^OPERATOR_TOKENS\[1\] has "token"; what it can have is name, /],
    [{ name: '' }, 'OPERATOR_TOKENS[1].name is not a text'],
    [{ sha256: 'AB' }, 'OPERATOR_TOKENS[1].sha256 is not 64 hex digits in lower case'],
    [{ expires: undefined }, 'OPERATOR_TOKENS[1].expires is missing'],
    [{ expires: 'soon' }, /^OPERATOR_TOKENS\[1\].expires is not a time/],
    [{ expires: '2027-13-01' }, /^OPERATOR_TOKENS\[1\].expires is not a time/],
    [{ names: [] }, 'OPERATOR_TOKENS[1].names is empty'],
    [{ names: [1] }, 'OPERATOR_TOKENS[1].names[0] is not a text'],
    [{ names: ['a*b*c*d*e'] }, /names holds a pattern that is too long or has more than three asterisks/],
    [{ actions: ['write'] }, /actions has "write"; what it can have is pull, push, delete, import, /],
    [{ actions: ['operate'] }, /names has to have "\*\*", since "operate" concerns the whole registry/],
  ])('one with %j: %s', (given, message) => {
    const value = [good, { ...good, ...given }];
    expect(() => parseOperatorTokens(value)).toThrow(expect.objectContaining({ name: 'SettingsError' }));
    expect(() => parseOperatorTokens(value)).toThrow(message);
  });
});

describe('rules', () => {
  const rule = { repository_id: '42', names: ['acme/**'], actions: ['push', 'import'] };
  const allows = (given: object, claims: object): boolean =>
    grantsFor(parseRules([{ ...rule, ...given }]), claimsOf('issuer', claims as Record<string, unknown>))
      .length > 0;

  test.each([
    [{}, {}, true],
    [{ repository_id: 42 }, {}, true],
    [{}, { repository_id: '43' }, false],
    [{}, { repository_id: 42 }, false], // GitHub's are texts
    [{}, { repository_id: undefined }, false],
    [{}, { event_name: 'schedule' }, true],
    [{}, { event_name: 'workflow_dispatch' }, true],
    [{}, { event_name: 'pull_request' }, false],
    [{}, { event_name: 'pull_request_target' }, false],
    [{}, { event_name: 'workflow_run' }, false],
    [{}, { event_name: 'issue_comment' }, false],
    [{}, { event_name: undefined }, false],
    [{ event_name: 'workflow_run' }, { event_name: 'workflow_run' }, true],
    [{ event_name: 'workflow_run' }, {}, false],
    [{ event_name: '*' }, {}, false], // a rule has to name them
    [{ ref: 'refs/heads/main' }, {}, true],
    [{ ref: 'refs/heads/main' }, { ref: 'refs/heads/main2' }, false],
    [{ ref: ['refs/heads/main', 'refs/tags/*'] }, { ref: 'refs/tags/v1' }, true],
    [{ ref: 'refs/heads/main' }, { ref: ['refs/heads/main'] }, false],
    [{ environment: 'production' }, {}, false],
    [{ environment: 'production' }, { environment: 'production' }, true],
    [{ workflow_ref: 'acme/models/.github/workflows/publish.yml@**' }, {}, true],
    [{ workflow_ref: 'acme/models/.github/workflows/other.yml@**' }, {}, false],
    [{ job_workflow_ref: 'depot/ai-action/**' }, {}, false],
    [{ job_workflow_ref: 'depot/ai-action/**' }, { job_workflow_ref: 'depot/ai-action/.github/x@v1' }, true],
  ])('%j and %j: %j', (given, claims, expected) => {
    expect(allows(given, claims)).toBe(expected);
  });

  test('add up', () => {
    const rules = parseRules([rule, { ...rule, names: ['other/x'] }, { ...rule, ref: 'refs/heads/x' }]);
    expect(grantsFor(rules, claimsOf('issuer')).map(({ names }) => names)).toEqual([
      ['acme/**'],
      ['other/x'],
    ]);
  });

  test.each([
    [{ repository_id: undefined }, /^ACCESS_RULES\[0\].repository_id is not a number: "gh api/],
    [{ repository_id: 'acme/models' }, /repository_id is not a number/],
    [{ sub: 'repo:acme/models' }, /^ACCESS_RULES\[0\] has "sub"/],
    [{ ref: [] }, 'ACCESS_RULES[0].ref is empty'],
    [{ ref: '' }, 'ACCESS_RULES[0].ref is not a text'],
    [{ event_name: null }, 'ACCESS_RULES[0].event_name is not a text'],
    [{ names: undefined }, 'ACCESS_RULES[0].names is missing'],
    [{ actions: 'everything' }, /actions has "everything"/],
  ])('%j: %s', (given, message) => {
    expect(() => parseRules([{ ...rule, ...given }])).toThrow(message);
  });
});

test.each([
  [undefined, true],
  ['https://github.example/_services/token', true],
  ['http://127.0.0.1:8080', true],
  ['http://[::1]:8080', true],
  ['http://localhost', true],
  ['http://issuer.example', false],
  ['http://127.0.0.1.example', false],
  ['ftp://127.0.0.1', false],
  ['issuer', false],
])('the issuer %s is taken: %j', (url, expected) => {
  let refusal = '';
  try {
    parseIssuer(url, 'x');
  } catch (error) {
    refusal = (error as Error).message;
  }
  expect(refusal).toBe(expected ? '' : 'OIDC_ISSUER is not an https address');
});
