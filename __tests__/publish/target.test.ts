import { expect, test } from '@jest/globals';

import { UsageError } from '../../src/errors.ts';
import { parseDestination } from '../../src/publish/target.ts';

test.each([
  ['localhost:5000', { host: 'localhost:5000', prefix: '' }],
  ['localhost:5000/', { host: 'localhost:5000', prefix: '' }],
  ['ghcr.io/owner', { host: 'ghcr.io', prefix: 'owner' }],
  ['us-docker.pkg.dev/project/models/', { host: 'us-docker.pkg.dev', prefix: 'project/models' }],
  ['[::1]:8787/models', { host: '[::1]:8787', prefix: 'models' }],
])('%s', (text, destination) => {
  expect(parseDestination(text)).toEqual(destination);
});

test.each([
  '',
  '/models',
  'ghcr.io/Owner',
  'ghcr.io/owner:latest',
  'ghcr.io//owner',
  'https://ghcr.io/owner',
  'localhost:port',
])('"%s" is not HOST/PREFIX', (text) => {
  expect(() => parseDestination(text)).toThrow(UsageError);
});

test.each([
  ['https://ghcr.io/owner', 'Leave the scheme out: ghcr.io/owner'],
  ['https://ghcr.io/Owner', 'Leave the scheme out: ghcr.io/owner'],
  ['ghcr.io/Owner/Models', 'Write it in lower case, as the names of repositories are: ghcr.io/owner/models'],
  ['ghcr.io/Owner:latest', expect.stringMatching(/^Write the registry and/)],
])('"%s" says what to write', (text, hint) => {
  expect(() => parseDestination(text)).toThrow(expect.objectContaining({ hint }));
});
