/** What a registry, or something on the way to it, gets wrong in the middle of a publish. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { aiAction } from '../support/ai-action.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { generatedFile, shaOf } from '../support/hub-models.ts';
import { modelList, type ModelList } from '../support/model-list.ts';
import { expectPublished, publishJson, type PublishDocument } from '../support/published.ts';
import { pullImage } from '../support/pulled.ts';
import {
  startRegistryProxy,
  type Meddler,
  type Passed,
  type RegistryProxy,
} from '../support/registry-proxy.ts';
import { startServe, type RunningServe } from '../support/serve-process.ts';

const NAME = 'owner/model';
const MIB = 1024 * 1024;

const START = /^POST .*\/uploads\//;
const CONTENT = /^PATCH /;
const STORE = /^PUT .*\/uploads\//;
const MANIFEST = /^PUT .*\/manifests\/sha256/;
const TAG = /^PUT .*\/manifests\/latest/;
const LOOK = /^GET .*\/manifests\/latest/;

type Answerer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** How many requests something was done to. */
let struck = 0;

/** Answers the first so many requests of a kind in the registry's place. */
function instead(kind: RegExp, answer: Answerer, times = Infinity): Meddler {
  let left = times;
  return {
    async request(passed, request, response) {
      if (!is(kind, passed) || left === 0) return false;
      left -= 1;
      struck += 1;
      await answer(request, response);
      return true;
    },
  };
}

function is(kind: RegExp, { method, url }: Passed): boolean {
  return kind.test(`${method} ${url}`);
}

function status(code: number, error: string, headers: Record<string, string> = {}): Answerer {
  return (request, response) => {
    request.resume();
    const body = JSON.stringify({ errors: [{ code: error, message: error.toLowerCase() }] });
    response
      .writeHead(code, { 'content-type': 'application/json', connection: 'close', ...headers })
      .end(body);
  };
}

/** Lets so many bytes of the body in, or all where there are fewer, and then does something else. */
function after(bytes: number, then: Answerer): Answerer {
  return async (request, response) => {
    let got = 0;
    await new Promise<void>((resolve) => {
      request.on('data', (piece: Buffer) => {
        got += piece.length;
        if (got >= bytes) resolve();
      });
      request.on('close', resolve).on('end', resolve);
    });
    await then(request, response);
  };
}

/** Takes no body above so many bytes: says so at once, or once it has taken in so many. */
function limited(most: number, taking = 0): Meddler {
  const refuse = status(413, 'TOO_LARGE');
  return {
    async request(_passed, request, response) {
      if (Number(request.headers['content-length'] ?? 0) <= most) return false;
      struck += 1;
      await (taking > 0 ? after(taking, refuse) : refuse)(request, response);
      // Reads on, as nginx does (lingering_close): a connection that is reset takes the answer with it.
      request.resume();
      return true;
    },
  };
}

const hangUp: Answerer = (request) => {
  request.destroy();
};

describe('a registry that', () => {
  let hub: Hub;
  let registry: RunningServe;
  let proxy: RegistryProxy;
  let list: ModelList;
  let prefix = '';
  let count = 0;

  beforeAll(async () => {
    const files = [await generatedFile({ path: 'model.safetensors', size: 8 * MIB, seed: 1 })];
    hub = await startHub({ models: [{ name: NAME, sha: shaOf(files), files }] });
    registry = await startServe();
    proxy = await startRegistryProxy(registry.host);
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    await hub.close();
  });
  beforeEach(async () => {
    const [model] = hub.models;
    list = await modelList([{ name: NAME, sha: model?.sha ?? '' }]);
    prefix = `test-${(count += 1)}`;
  });
  afterEach(async () => {
    proxy.meddle({});
    struck = 0;
    await list[Symbol.asyncDispose]();
  });

  const args = (): string[] => [...list.args, '--registry', `${proxy.host}/${prefix}`, '--hub', hub.url];
  const image = async (): ReturnType<typeof pullImage> => pullImage(`${registry.host}/${prefix}/${NAME}`);

  test.each<[string, Meddler]>([
    ['answers 500 in the middle of an upload', instead(CONTENT, after(5 * MIB, status(500, 'UNKNOWN')), 1)],
    ['drops the connection in the middle of an upload', instead(CONTENT, after(5 * MIB, hangUp), 1)],
    ['drops the connection before an upload', instead(START, hangUp, 1)],
    ['answers 503 to the end of an upload', instead(STORE, status(503, 'UNAVAILABLE'), 1)],
    ['forgets an upload', instead(CONTENT, status(404, 'BLOB_UPLOAD_UNKNOWN'), 1)],
    ['limits the rate', instead(START, status(429, 'TOOMANYREQUESTS', { 'retry-after': '1' }), 2)],
    [
      'limits the rate of manifests',
      instead(MANIFEST, status(429, 'TOOMANYREQUESTS', { 'retry-after': '1' }), 1),
    ],
    [
      'limits the rate in the middle of an upload',
      instead(CONTENT, after(5 * MIB, status(429, 'TOOMANYREQUESTS', { 'retry-after': '1' })), 1),
    ],
    ['takes no body above 3 MiB', limited(3 * MIB)],
    ['takes no body above 3 MiB, and says so in the middle of one', limited(3 * MIB, 2 * MIB)],
    ['answers 502 to the tag', instead(TAG, status(502, 'BAD_GATEWAY'), 1)],
    ['answers 500 when it is looked at', instead(LOOK, status(500, 'UNKNOWN'), 1)],
    ['stores a blob and loses the answer', lostAnswer(STORE)],
    ['moves the tag and loses the answer', lostAnswer(TAG)],
  ])(
    '%s, and is fine then: the model is published',
    async (_what, meddler) => {
      proxy.meddle(meddler);
      expectPublished(await publishJson(args()));
      expect(struck).toBeGreaterThan(0);
      expect(await image()).toMatchObject({ platforms: ['linux/amd64', 'linux/arm64'] });
    },
    60_000,
  );

  test('limits the rate: it is waited as long as it asks for', async () => {
    const asked = status(429, 'TOOMANYREQUESTS', { 'retry-after': '2' });
    proxy.meddle(instead(LOOK, asked, 1));
    const { stderr } = await aiAction(['publish', ...args()]);
    expect(stderr).toMatch(/waiting [23](\.\d)? s for .*127\.0\.0\.1/);
  }, 60_000);

  const basic = { 'www-authenticate': 'Basic realm="registry"' };
  test.each<[string, Meddler, RegExp, RegExp]>([
    [
      'wants to know who writes',
      instead(/^(POST|PATCH|PUT) /, status(401, 'UNAUTHORIZED', basic)),
      /answered 401 \(UNAUTHORIZED/,
      /sign in with "docker login 127\.0\.0\.1:\d+"/,
    ],
    [
      'wants to know who reads',
      instead(/./, status(401, 'UNAUTHORIZED', basic)),
      /answered 401/,
      /docker login/,
    ],
    [
      'lets nobody write',
      instead(START, status(403, 'DENIED')),
      /answered 403 \(DENIED/,
      /may push to .*docker login/,
    ],
    [
      'wants to know who writes in the middle of an upload',
      instead(CONTENT, after(5 * MIB, status(401, 'UNAUTHORIZED', basic))),
      /answered 401 \(UNAUTHORIZED/,
      /docker login/,
    ],
    [
      'lets nobody write in the middle of an upload',
      instead(CONTENT, after(5 * MIB, status(403, 'DENIED'))),
      /answered 403 \(DENIED/,
      /may push to .*docker login/,
    ],
    [
      'takes no request as large as a chunk',
      instead(CONTENT, after(MIB, status(413, 'TOO_LARGE'))),
      /answered 413/,
      /limit on the size of a request/,
    ],
    [
      'says that it got other bytes',
      instead(STORE, status(400, 'DIGEST_INVALID')),
      /answered 400 \(DIGEST_INVALID/,
      /what is on the way/,
    ],
    [
      'lies about the digest of a blob',
      {
        answer(passed, { headers }) {
          if (is(STORE, passed)) headers['docker-content-digest'] = `sha256:${'0'.repeat(64)}`;
        },
      },
      /stored sha256:0{64} where sha256:/,
      /at fault/,
    ],
    [
      'lies about the digest of a manifest',
      {
        answer(passed, { headers }) {
          if (is(MANIFEST, passed)) headers['docker-content-digest'] = `sha256:${'0'.repeat(64)}`;
        },
      },
      /sha256:0{64}/,
      /at fault/,
    ],
  ])(
    '%s: the model fails with what to do, nothing is tagged, and it goes on when that is put right',
    async (_what, meddler, message, hint) => {
      proxy.meddle(meddler);
      const { code, json, stderr } = await publishJson(args());
      expect(code).toBe(1);
      expect(failureIn(json)).toEqual({
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(await image()).toBeUndefined();

      proxy.meddle({});
      expectPublished(await publishJson(args()));
      expect(await image()).toBeDefined();
    },
    60_000,
  );

  test('lies about what a tag holds: nothing is taken from it', async () => {
    expectPublished(await publishJson(args()));
    proxy.meddle({
      answer(passed, { headers }) {
        if (is(LOOK, passed)) headers['docker-content-digest'] = `sha256:${'0'.repeat(64)}`;
      },
    });
    const { code, json } = await publishJson(args());
    expect(code).toBe(1);
    expect(failureIn(json)).toEqual({
      message: expect.stringMatching(/sha256:0{64}/),
      hint: expect.stringMatching(/at fault/),
    });
  }, 60_000);
});

/** The registry does what it is asked once, and nobody hears of it. */
function lostAnswer(kind: RegExp): Meddler {
  let left = 1;
  return {
    answer(passed) {
      if (!is(kind, passed) || left === 0) return;
      left -= 1;
      struck += 1;
      throw new Error('lost');
    },
  };
}

function failureIn({ models: [model] }: PublishDocument): unknown {
  return model?.status === 'failed' ? model.error : model;
}
