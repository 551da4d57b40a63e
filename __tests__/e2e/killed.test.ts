/** Invariant 6: a publish that is killed at any moment leaves the old image or the new one, and is continued by the next. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { startAiAction, type Outcome } from '../support/ai-action.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { largeModel } from '../support/large-model.ts';
import { modelList, type ModelList } from '../support/model-list.ts';
import { expectPublished, publishJson } from '../support/published.ts';
import { pullImage } from '../support/pulled.ts';
import { describeRegistries } from '../support/registries.ts';
import {
  startRegistryProxy,
  type Meddler,
  type Passed,
  type RegistryProxy,
} from '../support/registry-proxy.ts';

const MIB = 1024 * 1024;
const REVISION = 'org.opencontainers.image.revision';

/** Where it is killed: in the middle of an upload, when a request comes to the registry, or when its answer goes back. */
interface Moment {
  when: string;
  meddle: (strike: () => Promise<void>, notedLayers: () => Promise<number>) => Meddler;
  /** How many layers are known by then at the least, of three. */
  known?: number;
}

/** After so many bytes of layers in all, of 64 MiB. */
const bytes = (mebibytes: number): Moment => ({
  when: `after ${mebibytes} MiB of layers`,
  meddle: (strike) => {
    let sent = 0;
    const before = new Map<Passed, number>();
    return {
      piece(passed) {
        sent += passed.sent - (before.get(passed) ?? 0);
        before.set(passed, passed.sent);
        return sent >= mebibytes * MIB ? strike() : undefined;
      },
    };
  },
});

/** While a layer is sent, and as soon as another one is noted: the pieces of all but the first are held until then. */
const firstNoted: Moment = {
  when: 'when the first of the layers is noted',
  known: 1,
  meddle: (strike, notedLayers) => {
    let first: Passed | undefined;
    let before = Promise.resolve(0);
    return {
      async request(passed) {
        if (passed.method !== 'PATCH' || first !== undefined) return;
        first = passed;
        before = notedLayers();
        await before;
      },
      async piece(passed) {
        if (passed.method !== 'PATCH' || passed === first) return;
        const known = await before;
        for (let wait = 0; wait < 10_000 && (await notedLayers()) === known; wait += 20) await sleep(20);
        await strike();
      },
    };
  },
};

interface RequestKind {
  what: string;
  kind: RegExp;
  known?: number;
}

const LOOK: RequestKind = { what: 'read the tag', kind: /^GET .*\/manifests\/latest/ };
const UPLOAD: RequestKind = { what: 'start an upload', kind: /^POST .*\/uploads\// };
const STORE: RequestKind = { what: 'store a blob', kind: /^PUT .*\/uploads\// };
const MANIFEST: RequestKind = { what: 'write a manifest', kind: /^PUT .*\/manifests\/sha256/, known: 3 };
const TAG: RequestKind = { what: 'write the tag', kind: /^PUT .*\/manifests\/latest/, known: 3 };

/** The n-th request of a kind, before the registry gets it or before the publisher gets the answer. */
const at = (
  moment: 'request' | 'answer',
  number: number,
  { what, kind, known = 0 }: RequestKind,
): Moment => ({
  when: `at the ${moment} number ${number} to ${what}`,
  known,
  meddle: (strike) => {
    let seen = 0;
    const see = async ({ method, url }: Passed): Promise<void> => {
      if (kind.test(`${method} ${url}`) && (seen += 1) === number) await strike();
    };
    return { [moment]: see };
  },
});

const MOMENTS: readonly Moment[] = [
  at('answer', 1, LOOK),
  at('request', 1, UPLOAD),
  bytes(0.1),
  bytes(20),
  bytes(45),
  at('request', 1, STORE),
  at('answer', 2, STORE),
  at('answer', 3, STORE),
  at('answer', 4, STORE),
  at('request', 1, MANIFEST),
  at('answer', 2, MANIFEST),
  at('request', 1, TAG),
  at('answer', 1, TAG),
  firstNoted,
];

describeRegistries('killed', (host, prefix, kind) => {
  // All of them once; of another registry a few are enough.
  const moments = MOMENTS.filter((_, number) => kind === 'worker' || number % 4 === 3);
  let hub: Hub;
  let proxy: RegistryProxy;
  let list: ModelList;
  const name = 'owner/model';
  const repository = (): string => `${host()}/${prefix}/${name}`;

  beforeAll(async () => {
    hub = await startHub({ models: [] });
    proxy = await startRegistryProxy(host());
    list = await modelList();
  });
  afterAll(async () => {
    await list[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await hub.close();
  });

  const args = (): string[] => [...list.args, '--registry', `${proxy.host}/${prefix}`, '--hub', hub.url];

  /** Ends the publisher at the moment, and everything that it asked for with it. */
  async function publishUntil({ meddle }: Moment, signal: 'SIGKILL' | 'SIGINT'): Promise<Outcome> {
    let struck = false;
    const running = startAiAction(['publish', ...args()]);
    proxy.meddle(
      meddle(
        async () => {
          // Several uploads may come to the moment; a second SIGINT would be another wish.
          if (!struck) running.child.kill(signal);
          struck = true;
          await running.ended;
          throw new Error('nothing of it goes on');
        },
        async () => (await finishedLayers(list)).size,
      ),
    );
    const outcome = await running.ended;
    proxy.meddle({});
    if (!struck) throw new Error(`it was over before: ${outcome.stderr}${outcome.stdout}`);
    return outcome;
  }

  /** Each attempt is about a revision of its own: new large files, new small ones. */
  async function nextRevision(seed: number): Promise<string> {
    const { sha, files } = await largeModel({
      name,
      seeds: [seed * 2, seed * 2 + 1],
      config: `{"revision": ${seed}}`,
    });
    hub.models.splice(0, 1, { name, sha, files });
    await list.write([{ name, sha }]);
    return sha;
  }

  test.each(moments.map((moment, number) => ({ ...moment, number })))(
    '$when: the tag is never broken, and finished layers are neither read nor sent again',
    async ({ number, known: least = 0, ...moment }) => {
      const before = await pullImage(repository());
      const sha = await nextRevision(number + 10);
      expect((await publishUntil(moment, 'SIGKILL')).code).toBeNull();

      // Throws where anything of the image is missing.
      const left = await pullImage(repository());
      const isNew = left?.annotations[REVISION] === sha;
      expect(isNew || left?.digest === before?.digest).toBe(true);

      const finished = await finishedLayers(list);
      proxy.forget();
      hub.requests.length = 0;
      const outcome = await publishJson(args());
      expectPublished(outcome);
      const after = await pullImage(repository());
      expect(after?.annotations[REVISION]).toBe(sha);
      const known = (after?.layers ?? []).filter(({ digest }) => finished.has(digest));
      expect(known.length).toBeGreaterThanOrEqual(least);
      const sent = proxy.passed.filter(({ method }) => method === 'PATCH');
      expect(sent).toHaveLength(3 - known.length);
      for (const { annotations } of known) {
        const title = annotations?.['org.opencontainers.image.title'] ?? 'config.json';
        expect(hub.requests.filter(({ url }) => url.includes(title))).toEqual([]);
      }
    },
    60_000,
  );

  test('Ctrl-C ends it cleanly and says that running again continues', async () => {
    await nextRevision(100);
    const { code, stderr } = await publishUntil(bytes(40), 'SIGINT');
    expect(code).toBe(1);
    expect(stderr).toMatch(/interrupted/);
    expect(stderr).toMatch(/run .*again.* kept/i);
    expect(stderr).not.toMatch(/^\s+at /m);
    expectPublished(await publishJson(args()));
    expect(await pullImage(repository())).toBeDefined();
  }, 60_000);
});

/** Digests of the layers that the layer index says are finished. */
async function finishedLayers({ folder }: ModelList): Promise<Set<string>> {
  const text = await readFile(join(folder, '.cache', 'layers.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1);
  return new Set(
    lines.map((line) => (JSON.parse(line) as { descriptor: { digest: string } }).descriptor.digest),
  );
}
