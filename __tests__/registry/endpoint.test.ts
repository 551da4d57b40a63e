import { describe, expect, test } from '@jest/globals';

import { endpointOf, isLoopback } from '../../src/registry/endpoint.ts';

describe('a registry is reached', () => {
  test.each([
    ['localhost:5000', 'http://localhost:5000'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['127.1.2.3', 'http://127.1.2.3'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['ghcr.io', 'https://ghcr.io'],
    ['registry.example:5000', 'https://registry.example:5000'],
    ['localhost.example', 'https://localhost.example'],
    ['127.0.0.1.example', 'https://127.0.0.1.example'],
    ['10.0.0.1:5000', 'https://10.0.0.1:5000'],
    ['docker.io', 'https://registry-1.docker.io'],
  ])('%s at %s', (host, origin) => {
    expect(endpointOf(host, false).origin).toBe(origin);
  });

  test('over plain http elsewhere only when that is allowed', () => {
    expect(endpointOf('registry.example:5000', true).origin).toBe('http://registry.example:5000');
  });

  test.each(['https://ghcr.io', 'ghcr.io/owner', '', 'a b'])('not at "%s"', (host) => {
    expect(() => endpointOf(host, false)).toThrow(`"${host}" is not a registry's address.`);
  });

  test('a name that only looks like this machine is another', () => {
    expect(isLoopback('127.0.0.1.example')).toBe(false);
  });
});
