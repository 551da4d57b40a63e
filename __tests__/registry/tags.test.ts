import { describe, expect, test } from '@jest/globals';

import { errorOf, impatient } from '../support/registry-client.ts';
import { sendError, startRegistryStandIn, type Intercept } from '../support/registry-stand-in.ts';

/** Answers each page of a list with this body and this `Link`. */
function pages(...answers: readonly { body: string; link?: string }[]): Intercept {
  let page = 0;
  return (_, response) => {
    const { body = '{}', link } = answers[page++] ?? {};
    response.writeHead(200, { 'content-type': 'application/json', ...(link === undefined ? {} : { link }) });
    response.end(body);
    return true;
  };
}

const tags = (...names: string[]): string => JSON.stringify({ name: 'a/b', tags: names });
const next = '</v2/a/b/tags/list?n=2&last=b>; rel="next"';

describe('the tags of a repository', () => {
  test.each([
    ['none', [{ body: '{"name":"a/b","tags":null}' }], []],
    ['some', [{ body: tags('a', 'b') }], ['a', 'b']],
    ['pages of them', [{ body: tags('a', 'b'), link: next }, { body: tags('c') }], ['a', 'b', 'c']],
    ['more than were asked for', [{ body: tags('a', 'b', 'c', 'd', 'e', 'f') }], ['a', 'b', 'c', 'd', 'e']],
    [
      'pages without an end',
      [
        { body: tags('a'), link: next },
        { body: tags(), link: next },
      ],
      ['a'],
    ],
    ['a page on another host', [{ body: tags('a'), link: '<https://else.example/v2/>; rel="next"' }], ['a']],
  ])('are %s', async (_, answers, expected) => {
    await using registry = await startRegistryStandIn(pages(...answers));
    await expect(impatient(registry.host).repository('a/b').listTags(5)).resolves.toEqual(expected);
    expect(registry.seen).toHaveLength(answers.length);
    expect(registry.seen[0]?.url).toBe('/v2/a/b/tags/list?n=5');
  });

  test.each(['no JSON', '{"tags":"latest"}', '{"tags":[1]}'])(
    'are an error where the list is %s',
    async (body) => {
      await using registry = await startRegistryStandIn(pages({ body }));
      const error = await errorOf(impatient(registry.host).repository('a/b').listTags(5));
      expect(error.message).toContain('list of tags');
    },
  );

  test('are an error where the registry does not tell them', async () => {
    await using registry = await startRegistryStandIn((_, response) => {
      sendError(response, 405, 'UNSUPPORTED');
      return true;
    });
    const error = await errorOf(impatient(registry.host).repository('a/b').listTags(5));
    expect(error).toMatchObject({ status: 405, retryable: false });
  });
});
