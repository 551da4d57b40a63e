/** R2 in memory, as far as the Worker asks it, with faults. */
import { createHash } from 'node:crypto';
import type { Bucket, Stored, StoredBody } from '../../worker/src/storage/bucket.ts';
import type { Store } from '../../worker/src/storage/store.ts';

interface Entry extends Stored {
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Fault {
  /** Which calls fail, as in "head". */
  method: keyof Bucket;
  /** How many of them. */
  times: number;
  message?: string;
}

export interface FakeBucket extends Store {
  /** How often each method was called. */
  calls: Record<string, number>;
  /** Makes the next calls throw. */
  fail: (fault: Fault) => void;
  /** Makes the bodies of the next `times` reads break off after so many bytes. */
  breakBodies: (fault: { times: number; after: number }) => void;
}

export function fakeBucket(): FakeBucket {
  const entries = new Map<string, Entry>();
  const faults: Fault[] = [];
  const calls: Record<string, number> = {};
  let breaks = { times: 0, after: 0 };

  function enter(method: keyof Bucket): void {
    calls[method] = (calls[method] ?? 0) + 1;
    const fault = faults.find((each) => each.method === method && each.times > 0);
    if (fault === undefined) return;
    fault.times--;
    throw new Error(fault.message ?? `${method}: We encountered an internal error. (10001)`);
  }

  function body(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
    if (breaks.times === 0) return new Blob([bytes]).stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
    breaks.times--;
    const { after } = breaks;
    let sent = false;
    return new ReadableStream({
      type: 'bytes',
      pull(controller) {
        if (!sent && after > 0) controller.enqueue(bytes.slice(0, after));
        else controller.error(new Error('the connection was lost'));
        sent = true;
      },
    }) as ReadableStream<Uint8Array<ArrayBuffer>>;
  }

  return {
    calls,
    keepAfter: Infinity,
    keep: async (keys) => keys.map((key) => entries.has(key)),
    fail: (fault) => faults.push(fault),
    breakBodies: (fault) => (breaks = { ...fault }),
    head: async (key) => {
      enter('head');
      return entries.get(key) ?? null;
    },
    get: async (key, options) => {
      enter('get');
      const entry = entries.get(key);
      if (entry === undefined) return null;
      const { offset, length } = options?.range ?? { offset: 0, length: entry.size };
      const bytes = entry.bytes.slice(offset, offset + length);
      const { bytes: _, ...stored } = entry;
      return {
        ...stored,
        body: body(bytes),
        arrayBuffer: async () => bytes.buffer,
        text: async () => new TextDecoder().decode(bytes),
      } satisfies StoredBody;
    },
    put: async (key, value, options = {}) => {
      enter('put');
      const bytes = new Uint8Array(await new Response(value as string).arrayBuffer());
      const before = entries.get(key);
      const { etagMatches, etagDoesNotMatch } = options.onlyIf ?? {};
      if (etagMatches !== undefined && before?.etag !== etagMatches) return null;
      if (etagDoesNotMatch === '*' && before !== undefined) return null;
      const etag = createHash('md5').update(bytes).digest('hex');
      const { customMetadata, httpMetadata } = options;
      const entry: Entry = {
        key,
        etag,
        uploaded: new Date(),
        size: bytes.length,
        bytes,
        ...(customMetadata === undefined ? {} : { customMetadata }),
        ...(httpMetadata === undefined ? {} : { httpMetadata }),
      };
      entries.set(key, entry);
      return entry;
    },
    delete: async (keys) => {
      enter('delete');
      for (const key of [keys].flat()) entries.delete(key);
    },
    list: async ({ prefix, limit = 1000, startAfter = '', cursor = startAfter }) => {
      enter('list');
      const keys = [...entries.keys()].filter((key) => key.startsWith(prefix) && key > cursor).toSorted();
      const objects = keys.slice(0, limit).map((key) => entries.get(key) as Entry);
      const truncated = keys.length > limit;
      return { objects, truncated, ...(truncated ? { cursor: objects.at(-1)?.key ?? '' } : {}) };
    },
    createMultipartUpload: () => Promise.reject(new Error('no parts here')),
    resumeMultipartUpload: () => {
      throw new Error('no parts here');
    },
  };
}
