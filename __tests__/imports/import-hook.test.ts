/** Imports that go wrong: a stand-in for the hook, and what its caller says of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';

import { UserError } from '../../src/errors.ts';
import { parseImportUrl } from '../../src/imports/import-url.ts';
import { openImporter, type ImporterOptions } from '../../src/imports/open-importer.ts';
import { openProof, type Prove } from '../../src/imports/proof.ts';
import { nobody, user } from '../support/registry-client.ts';
import { bodyOf, sendError, startRegistryStandIn } from '../support/registry-stand-in.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;
const ORDER = { tag: 'v1', digest: DIGEST, upstream: { registry: 'up.example', repository: 'models/one' } };
const backOff = { base: 0.01, cap: 0.01 };
/** A silence that no pause of the machine is taken for: tests count what is asked. */
const patience = { silence: 20, standstill: 600, retry: { attempts: 3, backOff } };

type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  /** How often the hook was asked before. */
  before: number,
) => void;

interface Outcome {
  error: UserError | undefined;
  /** `METHOD path`, and the proof that came. */
  asked: string[];
  proofs: (string | undefined)[];
  bodies: string[];
  /** done/total */
  told: string[];
}

/** Imports into a registry whose hook answers so. */
async function importFrom(answer: Answer, options: Partial<ImporterOptions> = {}): Promise<Outcome> {
  const outcome: Outcome = { error: undefined, asked: [], proofs: [], bodies: [], told: [] };
  await using registry = await startRegistryStandIn(async (request, response) => {
    outcome.bodies.push((await bodyOf(request)).toString());
    outcome.proofs.push(request.headers.authorization);
    outcome.asked.push(`${request.method} ${request.url}`);
    answer(request, response, outcome.asked.length - 1);
    return true;
  });
  const place = parseImportUrl(`http://${registry.host}`, { insecure: false });
  const prove = openProof({ host: place.host, docker: nobody });
  const importer = openImporter({ place, prove, patience, ...options });
  try {
    const tell = ({ done, total }: { done: number; total: number }): void =>
      void outcome.told.push(`${done}/${total}`);
    await importer.repository('models/one').importTag(ORDER, tell);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    outcome.error = error;
  } finally {
    await importer.close();
  }
  return outcome;
}

function send(response: ServerResponse, status: number, record: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ digest: DIGEST, ...record }));
}

const done: Answer = (_, response) => send(response, 200, { state: 'done' });

test('an import is asked for, and followed to its end', async () => {
  const { error, asked, bodies, told } = await importFrom((_, response, before) => {
    if (before === 0) send(response, 202, { state: 'queued' });
    else if (before === 1) send(response, 200, { state: 'running', bytes: { done: 3, total: 9 } });
    else send(response, 200, { state: 'done', bytes: { done: 9, total: 9 } });
  });
  expect(error).toBeUndefined();
  const path = '/v2/models/one/manifests/v1/_import';
  expect(asked).toEqual([`POST ${path}`, `GET ${path}`, `GET ${path}`]);
  expect(JSON.parse(bodies[0] ?? '')).toEqual({
    registry: 'up.example',
    repository: 'models/one',
    digest: DIGEST,
  });
  expect(told).toEqual(['0/0', '3/9', '9/9']);
});

const oidcToken = async (audience: string): Promise<string> => `oidc-for-${audience}`;

describe('who asks is proven by', () => {
  const docker = user('me', 'pass');
  test.each<[string, Parameters<typeof openProof>[0], string | undefined]>([
    ['the import token first', { host: 'a', token: 't', oidcToken, docker }, 'Bearer t'],
    ['then the workflow', { host: 'a', oidcToken, docker }, 'Bearer oidc-for-a'],
    ['then docker login', { host: 'a', docker }, `Basic ${btoa('me:pass')}`],
    ['nothing else', { host: 'a', token: '', docker: nobody }, undefined],
  ])('%s', async (_, options, header) => {
    const { proofs } = await importFrom(done, { prove: openProof(options) });
    expect(proofs).toEqual([header]);
  });
});

describe('a refusal says what to do:', () => {
  const token: Prove = openProof({ host: 'a', token: 't', docker: nobody });
  const workflow: Prove = openProof({ host: 'a', oidcToken: async () => 'jwt', docker: nobody });
  test.each<[string, number, Prove | undefined, RegExp]>([
    ['401 without proof', 401, undefined, /permissions: id-token: write.*--import-token.*docker login/],
    ['401 to a token', 401, token, /--import-token is unknown .*expired/],
    ['401 to a workflow', 401, workflow, /repository_id, ref and event_name in ACCESS_RULES.*OIDC_AUDIENCE/],
    ['403', 403, workflow, /action "import" on models\/one .*up\.example with models\/one, in UPSTREAMS/],
    ['404', 404, token, /no import hook/],
    ['405', 405, token, /no import hook/],
    ['409', 409, token, /tag v1 is immutable/],
    ['301', 301, token, /--import-url leads to/],
  ])('%s', async (_, status, prove, hint) => {
    const { error, asked } = await importFrom(
      (__, response) => sendError(response, status, 'DENIED'),
      prove && { prove },
    );
    expect(error?.message).toMatch(
      new RegExp(`Could not import the tag "v1" in \\S+/models/one: .* ${status} \\(DENIED: denied\\)`),
    );
    expect(error?.hint).toMatch(hint);
    expect(asked).toHaveLength(1);
  });
});

test('a registry that is private says what reading takes', async () => {
  await using registry = await startRegistryStandIn((_, response) => {
    sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="a"' });
    return true;
  });
  const place = parseImportUrl(`http://${registry.host}`, { insecure: false });
  const importer = openImporter({ place, prove: async () => undefined, patience });
  const look = importer.repository('models/one').digestAt('v1');
  await expect(look).rejects.toMatchObject({ status: 401, hint: expect.stringContaining('--import-token') });
  await importer.close();
});

test('errors that pass are asked again', async () => {
  const { error, asked } = await importFrom((request, response, before) => {
    if (before === 0) sendError(response, 503, 'UNKNOWN');
    else if (before === 1) response.destroy();
    else done(request, response, before);
  });
  expect(error).toBeUndefined();
  expect(asked).toHaveLength(3);
});

test.each<[string, Answer, number, RegExp]>([
  ['failing', (_, response) => sendError(response, 500, 'UNKNOWN'), 20, /answered 500/],
  ['silent', () => undefined, 0.3, /silent for 0\.3 s/],
])('a registry that goes on %s is given up', async (_, answer, silence, message) => {
  const { error, asked } = await importFrom(answer, { patience: { ...patience, silence } });
  expect(error?.message).toMatch(message);
  expect(error?.hint).toMatch(/again/);
  expect(asked).toHaveLength(3);
});

test('a registry that is not there', async () => {
  const place = parseImportUrl('http://localhost:1', { insecure: false });
  const importer = openImporter({ place, prove: async () => undefined, patience });
  await expect(importer.repository('a').importTag(ORDER, () => undefined)).rejects.toMatchObject({
    hint: expect.stringContaining('Nothing listens there'),
  });
  await importer.close();
});

test.each(['<html>Sign in</html>', '[]', '{"state": "over"}'])('the answer %s is no hook’s', async (body) => {
  const { error } = await importFrom((_, response) => void response.writeHead(200).end(body));
  expect(error?.message).toContain('does not answer as an import hook does');
});

test('a failed import’s reason is told, and its hint', async () => {
  const { error } = await importFrom((_, response, before) => {
    if (before === 0) return send(response, 202, { state: 'queued' });
    const reason = { message: 'The upstream has no blob sha256:ab.', hint: 'Push the image again.' };
    send(response, 200, { state: 'failed', error: reason });
  });
  expect(error?.message).toMatch(/import of models\/one:v1 into \S+ failed: The upstream has no blob/);
  expect(error?.hint).toMatch(/^Push the image again\. What was pushed stays/);
});

test('an import whose tag another one took is told as that', async () => {
  const other = `sha256:${'b'.repeat(64)}`;
  const { error } = await importFrom((_, response, before) =>
    send(response, 200, before === 0 ? { state: 'queued' } : { state: 'running', digest: other }),
  );
  expect(error?.message).toContain(`${other} was asked for in its place`);
});

test('an import that stands still is given up, one that moves is not', async () => {
  const short = { ...patience, standstill: 0.1 };
  const still = await importFrom(
    (_, response) =>
      send(response, 200, { state: 'running', updatedAt: 'once', bytes: { done: 1, total: 2 } }),
    { patience: short },
  );
  expect(still.error?.message).toMatch(/is running and has not moved .* at 1 of 2 bytes/);
  const moving = await importFrom(
    (_, response, before) =>
      send(response, 200, { state: before < 3 ? 'running' : 'done', updatedAt: `at ${before}` }),
    { patience: short },
  );
  expect(moving.error).toBeUndefined();
});

test('an end is an end', async () => {
  const end = new AbortController();
  const running = importFrom(
    (_, response, before) => {
      send(response, 202, { state: 'queued' });
      if (before === 1) end.abort();
    },
    { signal: end.signal },
  );
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
});
