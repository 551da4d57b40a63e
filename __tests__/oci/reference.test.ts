import { describe, expect, test } from '@jest/globals';

import { formatReference, isRegistry, parseFamiliar, parseReference } from '../../src/oci/reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;

describe('a registry’s address', () => {
  test.each(['ghcr.io', 'localhost', 'localhost:5000', '127.0.0.1:65535', '[::1]', '[::1]:8787', 'a.b:1'])(
    '%s',
    (host) => expect(isRegistry(host)).toBe(true),
  );

  test.each([
    '',
    ':5000',
    'localhost:',
    'localhost:65536',
    'localhost:123456',
    'localhost:port',
    'localhost:50:00',
    '::1',
    '[::1',
    '[:::1]:8787',
    '-a.example',
    'a.example-',
    'a b',
    'user@ghcr.io',
    'ghcr.io/owner',
    'https://ghcr.io',
  ])('not "%s"', (host) => expect(isRegistry(host)).toBe(false));
});

describe('a reference', () => {
  test.each([
    ['ghcr.io/owner/model', { registry: 'ghcr.io', repository: 'owner/model' }],
    ['localhost/m:v1', { registry: 'localhost', repository: 'm', tag: 'v1' }],
    ['[::1]:8787/a/b:v1', { registry: '[::1]:8787', repository: 'a/b', tag: 'v1' }],
    [`a.example/b@${DIGEST}`, { registry: 'a.example', repository: 'b', digest: DIGEST }],
    [`a.example/b:v1@${DIGEST}`, { registry: 'a.example', repository: 'b', tag: 'v1', digest: DIGEST }],
  ])('%s', (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
    expect(formatReference(parseReference(text))).toBe(text);
  });

  test.each([
    ['owner/model', /does not begin with a registry/],
    ['model', /does not begin with a registry/],
    ['localhost:65536/m', /does not begin with a registry/],
    ['ghcr.io/Owner/model', /"Owner\/model" .* is not a repository name/],
    ['ghcr.io/', /is not a repository name/],
    ['ghcr.io/m:a/b', /"a\/b" .* is not a tag/],
    ['ghcr.io/m@sha256:1', /"sha256:1" .* is not a digest/],
  ])('not %s', (text, message) => {
    expect(() => parseReference(text)).toThrow(message);
  });
});

describe('a reference as people write it', () => {
  test.each([
    ['python', 'docker.io/library/python:latest'],
    ['python:3.12-slim', 'docker.io/library/python:3.12-slim'],
    ['owner/image', 'docker.io/owner/image:latest'],
    ['index.docker.io/python', 'docker.io/library/python:latest'],
    ['docker.io/owner/image:1', 'docker.io/owner/image:1'],
    [`python@${DIGEST}`, `docker.io/library/python@${DIGEST}`],
    ['localhost/image', 'localhost/image:latest'],
    ['localhost:5000/a/b:x', 'localhost:5000/a/b:x'],
    [`ghcr.io/a/b:c@${DIGEST}`, `ghcr.io/a/b:c@${DIGEST}`],
  ])('%s', (text, whole) => {
    expect(formatReference(parseFamiliar(text))).toBe(whole);
  });
});
