/** What goes wrong with Docker, buildx and BuildKit, and what the user is told to do. */
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { explainBuildx } from '../../../src/builders/buildx/explain.ts';
import { removeAbandoned } from '../../../src/builders/buildx/work-folder.ts';
import { UserError } from '../../../src/errors.ts';
import { startRegistryStandIn } from '../../support/registry-stand-in.ts';
import { buildJob, buildxBuilder, plannedLayer } from '../../support/buildx.ts';
import { fakeDocker, inspectText, type FakeDocker } from '../../support/fake-docker.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const CONTENT = { 'config.json': Buffer.from('{}') };
/** What a client says of a BuildKit that is killed while it exports. */
const KILLED =
  'ERROR: failed to build: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF';

/** The error of a build with this `docker`; `{}` for a machine without any. */
async function failureWith(docker: FakeDocker): Promise<UserError> {
  await using folder = await temporaryFolder();
  const bare = Object.keys(docker).length === 0;
  return await failure(folder.path, bare ? { PATH: folder.path } : await fakeDocker(folder.path, docker));
}

/** @param size of the one file; without it there is one that is there. */
async function failure(folder: string, env: Record<string, string>, size?: number): Promise<UserError> {
  await using registry = await startRegistryStandIn();
  const builder = await buildxBuilder({ folder, env });
  const job = buildJob({ layers: [CONTENT], host: registry.host, repository: 'owner/model' });
  const large = { path: 'a', size: size ?? 0, oid: `sha256:${'0'.repeat(64)}` } as const;
  const layers = size === undefined ? job.layers : [plannedLayer([large], 'a')];
  const error = await builder.buildLayers({ ...job, layers }).catch((thrown: unknown) => thrown);
  if (!(error instanceof UserError)) throw new Error('no UserError', { cause: error });
  // Nothing of the model stays on the disk.
  expect(await readdir(join(folder, 'work')).catch(() => [])).toEqual([]);
  return error;
}

describe('a machine that cannot build', () => {
  test.each<[string, FakeDocker, RegExp]>([
    ['has no Docker', {}, /needs Docker with buildx, and there is none on the PATH/],
    ["has Docker's own builder", { inspect: inspectText({ driver: 'docker' }) }, /"models" is Docker's own/],
    [
      'has an old BuildKit',
      { inspect: inspectText({ version: 'v0.10.6' }) },
      /BuildKit v0\.10\.6, and 0\.11 is/,
    ],
    [
      'has no Docker daemon',
      { inspect: 'Name:   default\nDriver: \nError:  failed to connect to the docker API at unix:///x\n' },
      /"default" cannot be used: failed to connect to the docker API/,
    ],
    [
      'has a BuildKit that panics',
      { inspect: inspectText(), build: KILLED, logs: 'panic: footer buffer = 48, not 51\n\ngoroutine 9' },
      /built with Go 1\.27.*footer buffer = 48, not 51/,
    ],
    [
      'has a BuildKit that is killed',
      { inspect: inspectText(), build: KILLED, logs: '' },
      /BuildKit ended, or the connection to it broke/,
    ],
  ])('%s', async (_what, docker, message) => {
    const error = await failureWith(docker);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/--builder stream/);
  });

  describe('has too small a disk', () => {
    test('at all: that is said before anything is read', async () => {
      await using folder = await temporaryFolder();
      const env = await fakeDocker(folder.path, { inspect: inspectText() });
      const error = await failure(folder.path, env, 4e15);
      expect(error.message).toMatch(/needs 16\.0 PB at .*, where .* are free/);
      expect(error.hint).toMatch(/--builder stream/);
      expect(await readdir(join(folder.path, 'bin'))).not.toContain('pruned.txt');
    });

    test('for what else is on it: BuildKit is had drop its cache first', async () => {
      await using folder = await temporaryFolder();
      const env = await fakeDocker(folder.path, { inspect: inspectText() });
      const { bsize, blocks, bavail } = await statfs(folder.path);
      const error = await failure(folder.path, env, Math.floor((bsize * (blocks + bavail)) / 2 / 4));
      expect(error.message).toMatch(/needs .* are free/);
      expect(await readdir(join(folder.path, 'bin'))).toContain('pruned.txt');
    });
  });
});

test('what a killed run left is removed', async () => {
  await using folder = await temporaryFolder();
  const { pid } = spawnSync('true');
  const [left, used, other] = [
    `buildx-${hostname()}-${pid}-a`,
    `buildx-${hostname()}-${process.pid}-a`,
    'else',
  ];
  for (const name of [left, used, other]) await mkdir(join(folder.path, name, 'model'), { recursive: true });
  await removeAbandoned(folder.path);
  expect((await readdir(folder.path)).toSorted()).toEqual([used, other].toSorted());
});

describe('what BuildKit says is explained', () => {
  const push = 'ERROR: failed to build: failed to solve: failed to push r.example/m:';
  test.each([
    [`${push} failed to do request: Head "https://r.example/v2/": dial tcp: lookup r.example on 10.0.0.1:53: no such host`, /resolve/, /network=host/],
    [`${push} failed to do request: Head "http://localhost:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused`, /reach/, /network=host/],
    [`${push} failed to do request: Head "https://r.example/v2/": http: server gave HTTP response to HTTPS client`, /HTTP response/, /--insecure/],
    [`${push} failed to do request: Head "https://r.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`, /x509/, /buildkitd\.toml/],
    [`${push} failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://r.example/token: 401 Unauthorized`, /does not accept who/, /docker login/],
    [`${push} denied: you may not`, /does not allow/, /docker login/],
    [`${push} unexpected status from PUT request to https://r.example/v2/m/blobs/uploads/1: 413 Payload Too Large`, /as large as a layer/, /--builder stream/],
    [`${push} unexpected status from PUT request to https://r.example/v2/m/blobs/uploads/1: 503 Service Unavailable`, /503/, /try again/],
    ['ERROR: failed to build: failed to solve: ResourceExhausted: write /var/lib/buildkit/x: no space left on device', /disk that BuildKit works on is full/, /buildx prune/],
    ['unknown flag: --metadata-file\n\nRun docker buildx --help', /too old/, /Update/],
    ['ERROR: no builder "models" found', /no builder "models"/, /buildx create/],
    ['', /it said nothing/, /--builder stream/],
  ])('%s', (stderr, message, hint) => {
    const error = explainBuildx('It failed', stderr);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  }); // prettier-ignore

  test('a number in a digest is no status', () => {
    const error = explainBuildx('It failed', `${push} blob sha256:9413f401c403: something else`);
    expect(error.hint).toMatch(/^What BuildKit said stands above/);
  });
});
