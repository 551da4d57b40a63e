/** What goes wrong on the way: nothing wrong is committed, nothing hangs, and what is told says why. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { openBudget, type Budget } from '../../../src/builders/stream/budget.ts';
import { streamLayer, type LayerJob } from '../../../src/builders/stream/stream-layer.ts';
import type { SourceFile } from '../../../src/hub/source.ts';
import { RegistryError } from '../../../src/registry/errors.ts';
import { layerBytes, noise, sha256 } from '../../support/layer-bytes.ts';
import { filesOf, memorySource, memoryUploads, outcome } from '../../support/stream-fakes.ts';

const MIB = 2 ** 20;
const CONTENT = { 'a/model.bin': noise(33 * MIB + 5), 'config.json': noise(571, 2), empty: noise(0) };

const LAYER = sha256(layerBytes(CONTENT).blob);

let budget: Budget;
beforeEach(() => {
  budget = openBudget();
});
afterEach(async () => {
  // Whatever happened, all memory is back: a layer that takes every slot goes through.
  const { descriptor } = await streamLayer(job({}));
  if (descriptor.digest !== LAYER) throw new Error('the budget is broken');
  await budget.close();
});

function job(changes: Partial<LayerJob>): LayerJob {
  return {
    source: memorySource(CONTENT),
    files: filesOf(CONTENT),
    upload: memoryUploads().start,
    budget,
    signal: new AbortController().signal,
    ...changes,
  };
}

function broken(retryable: boolean): RegistryError {
  return new RegistryError('the connection broke', { retryable });
}

describe('content that is not what the oid says', () => {
  test.each(['sha256', 'git-sha1'] as const)('is told with %s, and nothing is committed', async (kind) => {
    for (const path of ['a/model.bin', 'config.json'] as const) {
      const wrong = Buffer.from(CONTENT[path]);
      wrong.writeUInt8(wrong.readUInt8(wrong.length - 1) ^ 1, wrong.length - 1);
      const { uploads, start } = memoryUploads();
      const files = filesOf(CONTENT, kind);
      const [got] = filesOf({ [path]: wrong }, kind);
      const expected = files.find((file) => file.path === path)?.oid;
      const source = memorySource({ ...CONTENT, [path]: wrong });
      await expect(streamLayer(job({ source, files, upload: start }))).rejects.toMatchObject({
        name: 'UserError',
        message: `"${path}" is not what its source says it is: expected ${expected}, got ${got?.oid}`,
        hint: expect.stringContaining('Nothing was published of it.'),
      });
      expect(uploads.map(outcome)).toEqual(['given up']);
    }
  });

  test('is told of empty files before anything is sent', async () => {
    const files: SourceFile[] = [{ path: 'empty', size: 0, oid: sha256('x') as `sha256:${string}` }];
    const { uploads, start } = memoryUploads();
    const streamed = streamLayer(job({ files, upload: start }));
    await expect(streamed).rejects.toThrow(
      `"empty" is not what its source says it is: expected ${sha256('x')}`,
    );
    expect(uploads).toHaveLength(0);
  });
});

test('a source that fails ends the layer with its error, and its other reads with their signal', async () => {
  const { uploads, start } = memoryUploads();
  const ended: unknown[] = [];
  const source = memorySource(CONTENT, async ({ offset }, signal) => {
    if (offset < 16 * MIB) return;
    if (offset === 16 * MIB) {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('the hub is gone');
    }
    await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    ended.push(signal?.reason);
  });
  await expect(streamLayer(job({ source, upload: start }))).rejects.toThrow('the hub is gone');
  expect(ended.length).toBeGreaterThan(0);
  expect(new Set(ended.map(String))).toEqual(new Set(['Error: the hub is gone']));
  expect(uploads.map(outcome)).toEqual(['given up']);
});

describe('an upload that breaks', () => {
  // Five of content, one of the TOC.
  const WRITES = 6;

  test.each(Array.from({ length: WRITES }, (_, n) => n))('at write %d is begun again', async (at) => {
    const { uploads, start } = memoryUploads((write, upload) => {
      if (upload === 0 && write === at) throw broken(true);
    });
    const moved: number[] = [];
    const waits: unknown[] = [];
    const { descriptor } = await streamLayer(
      job({
        upload: start,
        onProgress: (bytes) => moved.push(bytes),
        onWait: ({ error }) => waits.push(error),
      }),
    );
    expect(descriptor.digest).toBe(LAYER);
    expect(uploads.map(outcome)).toEqual(['given up', descriptor.digest]);
    expect(waits).toEqual([broken(true)]);
    expect(moved.reduce((sum, bytes) => sum + bytes, 0)).toBe(33 * MIB + 5 + 571);
  });

  test('by a limit that is known then is begun again at once, and that is none of the six times', async () => {
    const { uploads, start } = memoryUploads((write, upload) => {
      if (upload < 5 && write === 1) throw new RegistryError('too large', { retryable: true, status: 413 });
    });
    const waits: unknown[] = [];
    const { descriptor } = await streamLayer(job({ upload: start, onWait: (wait) => waits.push(wait) }));
    expect(descriptor.digest).toBe(LAYER);
    expect(uploads).toHaveLength(6);
    expect(waits).toEqual([]);
  });

  test('each time is given up after six times', async () => {
    const { uploads, start } = memoryUploads((write) => {
      if (write === 1) throw broken(true);
    });
    await expect(streamLayer(job({ upload: start }))).rejects.toThrow('the connection broke');
    expect(uploads).toHaveLength(6);
  });

  test.each([
    ['said to be final', broken(false)],
    ['that says nothing of retries', new Error('a bug')],
  ])('for a reason %s ends the layer', async (_, error) => {
    const { uploads, start } = memoryUploads((write) => {
      if (write === 2) throw error;
    });
    await expect(streamLayer(job({ upload: start }))).rejects.toBe(error);
    expect(uploads.map(outcome)).toEqual(['given up']);
  });

  test('in its beginning or its end is begun again, too', async () => {
    const { start } = memoryUploads();
    let starts = 0;
    const upload = async (size: number) => {
      if (++starts === 1) throw broken(true);
      const good = await start(size);
      return starts > 2 ? good : { ...good, commit: () => Promise.reject(broken(true)) };
    };
    await streamLayer(job({ upload }));
    expect(starts).toBe(3);
  });
});

test('a registry that got other bytes refuses the commit', async () => {
  const { start } = memoryUploads();
  const upload = async (size: number) => {
    const good = await start(size);
    return {
      ...good,
      write: ([bytes]: readonly Uint8Array[]) => good.write([bytes?.slice(1) ?? new Uint8Array()]),
    };
  };
  await expect(streamLayer(job({ upload }))).rejects.toThrow('DIGEST_INVALID');
});

describe('the signal ends a layer', () => {
  test.each(['before it begins', 'while the source is read', 'while the upload stands still'])(
    '%s',
    async (when) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const abort = (): void => controller.abort(reason);
      if (when === 'before it begins') abort();
      const source = memorySource(CONTENT, async (_, signal) => {
        if (when !== 'while the source is read') return;
        setImmediate(abort);
        await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
        signal?.throwIfAborted();
      });
      const { uploads, start } = memoryUploads();
      const upload = async (size: number) => {
        const good = await start(size);
        const still = Promise.withResolvers<void>();
        still.promise.catch(() => undefined);
        const write = () => {
          setImmediate(abort);
          return still.promise;
        };
        const stop = () => {
          still.reject(new Error('the upload was given up'));
          return good.abort();
        };
        return { ...good, write, abort: stop };
      };
      const streamed = streamLayer(job({ source, upload, signal: controller.signal }));
      await expect(streamed).rejects.toBe(reason);
      expect(uploads.map(({ committed }) => committed)).toEqual(
        when === 'before it begins' ? [] : [undefined],
      );
    },
  );
});

test('a hash thread that ends is an error, and the next layer gets another', async () => {
  const { uploads, start } = memoryUploads((write) => (write === 1 ? budget.lanes.close() : undefined));
  await expect(streamLayer(job({ upload: start }))).rejects.toThrow('a hash thread ended with code');
  expect(uploads.map(outcome)).toEqual(['given up']);
});
