import { expect, test } from '@jest/globals';

import { isArtifactRegistry, parseArtifactRepository, pathOf } from '../../src/google/hosts.ts';

test.each([
  ['us-docker.pkg.dev', true],
  ['europe-west1-docker.pkg.dev', true],
  ['gcr.io', true],
  ['eu.gcr.io', true],
  ['docker.pkg.dev.evil.example', false],
  ['us-docker.pkg.dev:443', false],
  ['k8s.gcr.io', false],
  ['us-npm.pkg.dev', false],
  ['constructor', false],
])('%s is Artifact Registry: %s', (host, is) => {
  expect(isArtifactRegistry(host)).toBe(is);
});

test.each([
  [
    'us-docker.pkg.dev',
    'project/models',
    { project: 'project', location: 'us', repository: 'models', prefix: '' },
  ],
  [
    'europe-west1-docker.pkg.dev',
    'example.com/project/models/team/a',
    { project: 'example.com:project', location: 'europe-west1', repository: 'models', prefix: 'team/a' },
  ],
  ['gcr.io', 'project', { project: 'project', location: 'us', repository: 'gcr.io', prefix: '' }],
  [
    'eu.gcr.io',
    'project/team',
    { project: 'project', location: 'europe', repository: 'eu.gcr.io', prefix: 'team' },
  ],
])('%s/%s', (host, path, repository) => {
  const parsed = parseArtifactRepository(host, path);
  expect(parsed).toEqual(repository);
  const prefix = repository.prefix === '' ? '' : `/${repository.prefix}`;
  expect(parsed && pathOf(host, parsed) + prefix).toBe(path);
});

test.each([
  ['us-docker.pkg.dev', 'project'],
  ['us-docker.pkg.dev', ''],
  ['gcr.io', 'example.com'],
])('%s/%s names no repository', (host, path) => {
  expect(parseArtifactRepository(host, path)).toBeUndefined();
});
