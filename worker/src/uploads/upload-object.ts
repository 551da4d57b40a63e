/** The Durable Object behind an upload: it takes the bytes in order, and makes them a blob once their digest is known to be right. */
import { DurableObject } from 'cloudflare:workers';
import { digestOf, parseDigest, toHex, type Digest } from '../../../src/oci/digest.ts';
import { timesOf } from '../collection/times.ts';
import { findAnywhere, findPointer, linkBlob, publishBlob } from '../storage/blobs.ts';
import { GoneError } from '../storage/bucket.ts';
import { dataKey } from '../storage/keys.ts';
import { openStore, type Store, type StoreEnvironment } from '../storage/store.ts';
import { Budget } from './budget.ts';
import type { HashAlgorithm } from './hash.ts';
import { Journal, type UploadRecord } from './journal.ts';
import { openHash } from './open-hash.ts';
import { MEMORY, partSizeFor } from './parts.ts';
import type { Chunk, Outcome, Refusal, Upload } from './protocol.ts';
import { Stalled } from './read.ts';
import { fitsOneObject, putWhole } from './whole.ts';
import { PartWriter, TooLarge } from './writer.ts';

/** All uploads of an isolate together. */
const BUDGET = new Budget(MEMORY);

export class UploadObject extends DurableObject<StoreEnvironment> implements Upload {
  readonly #bucket: Store;
  /** Milliseconds: an upload that nobody has touched for this long is given up, with its bytes. */
  readonly #expiry: number;
  readonly #journal: Journal;
  /** One request after the other: a client that resumes may come before its broken connection is noticed. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: StoreEnvironment) {
    super(ctx, env);
    this.#bucket = openStore(env);
    this.#expiry = timesOf(env).uploadExpiry;
    this.#journal = new Journal(ctx.storage);
  }

  async start(repository: string, algorithm: HashAlgorithm, length?: number): Promise<Outcome> {
    if (this.#journal.read() === undefined) {
      const record: UploadRecord = { repository, algorithm, data: crypto.randomUUID(), offset: 0 };
      if (length !== undefined) record.partSize = partSizeFor(length);
      this.#journal.write(record);
      await this.#postpone();
    }
    return { ok: true, offset: 0 };
  }

  status(repository: string): Promise<Outcome> {
    return this.#inTurn(async () => {
      const record = this.#find(repository);
      return record === undefined ? refuse('unknown', 0) : { ok: true, offset: record.offset };
    });
  }

  append(repository: string, chunk: Chunk): Promise<Outcome> {
    return this.#inTurn(async () => {
      const record = this.#find(repository);
      if (record === undefined) return refuseUnread('unknown', 0, chunk);
      // Its bytes are verified, and others may see them: nothing can be added to them any more.
      if (record.digest !== undefined && chunk.body !== null) return refuseUnread('unknown', 0, chunk);
      return this.#append(record, chunk);
    });
  }

  finish(repository: string, digest: Digest, chunk: Chunk): Promise<Outcome> {
    return this.#inTurn(async () => {
      const record = this.#find(repository);
      if (record === undefined) return refuseUnread('unknown', 0, chunk);
      if (await this.#isCollected(record)) {
        await this.#forget();
        return refuseUnread('unknown', 0, chunk);
      }
      if (record.digest === undefined) {
        const appended = await this.#append(record, chunk);
        if (!appended.ok) return appended;
        const actual = await this.#complete(record, digest);
        if (actual !== digest) {
          await this.#discard(record);
          return { ...refuse('digest', 0), detail: `the bytes are ${actual}, not ${digest}` };
        }
        record.digest = digest;
        this.#journal.write(record);
      } else if (record.digest !== digest) {
        return {
          ...refuse('digest', record.offset),
          detail: `the bytes are ${record.digest}, not ${digest}`,
        };
      }
      await this.#publish(record, digest);
      await this.#forget();
      return { ok: true, offset: record.offset };
    });
  }

  cancel(repository: string): Promise<Outcome> {
    return this.#inTurn(async () => {
      const record = this.#find(repository);
      if (record === undefined) return refuse('unknown', 0);
      await this.#discard(record);
      return { ok: true, offset: 0 };
    });
  }

  override async alarm(): Promise<void> {
    await this.#inTurn(async () => {
      const record = this.#journal.read();
      if (record !== undefined) await this.#discard(record);
    });
  }

  #find(repository: string): UploadRecord | undefined {
    const record = this.#journal.read();
    return record?.repository === repository ? record : undefined;
  }

  async #append(record: UploadRecord, chunk: Chunk): Promise<Outcome> {
    const { offset } = record;
    if (chunk.start !== undefined && chunk.start !== offset) return refuseUnread('offset', offset, chunk);
    if (chunk.body === null) return chunk.length ? refuse('length', offset) : { ok: true, offset };
    // Only for bytes, and before they are taken: an upload expires before what it wrote can be collected.
    await this.#postpone();
    try {
      if (offset === 0 && fitsOneObject(chunk)) {
        record.whole = await putWhole(this.#bucket, dataKey(record.data), chunk, record.algorithm);
        record.offset = chunk.length;
        this.#journal.write(record);
        return { ok: true, offset: record.offset };
      }
      if (record.whole !== undefined) await this.#cut(record);
      if (!(await this.#writer(record).append(chunk))) return refuse('length', record.offset);
    } catch (error) {
      if (error instanceof TooLarge) {
        return { ...(await refuseUnread('size', record.offset, chunk)), detail: error.message };
      }
      if (error instanceof Stalled) return refuse('stalled', record.offset);
      throw error;
    }
    return { ok: true, offset: record.offset };
  }

  #writer(record: UploadRecord): PartWriter {
    return new PartWriter({
      bucket: this.#bucket,
      journal: this.#journal,
      budget: BUDGET,
      hash: openHash(record.algorithm, record.hash),
      record,
    });
  }

  /** Cuts what came in one piece into parts after all, because more follows. */
  async #cut(record: UploadRecord): Promise<void> {
    const before = dataKey(record.data);
    const object = await this.#bucket.get(before);
    if (object === null) throw new GoneError(before);
    const { whole: _, ...rest } = record;
    const parts: UploadRecord = { ...rest, data: crypto.randomUUID(), offset: 0 };
    await this.#writer(parts).append({ body: object.body, length: object.size });
    delete record.whole;
    Object.assign(record, parts);
    this.#journal.write(record);
    await this.#bucket.delete(before);
  }

  /** Puts all bytes into one object of R2. @returns their digest, by the wanted one's algorithm. */
  async #complete(record: UploadRecord, wanted: Digest): Promise<Digest> {
    const { algorithm } = parseDigest(wanted);
    const key = dataKey(record.data);
    if (record.whole !== undefined) {
      return record.algorithm === algorithm ? record.whole : await this.#readBack(key, algorithm);
    }
    const parts = this.#journal.parts();
    if (record.multipartId === undefined) {
      return this.#withTail(record.offset, async (tail) => {
        const digest = await digestOf(tail, algorithm);
        if (digest === wanted) await this.#bucket.put(key, tail);
        return digest;
      });
    }
    const multipart = this.#bucket.resumeMultipartUpload(key, record.multipartId);
    if (record.algorithm === algorithm) {
      const digest: Digest = `${algorithm}:${openHash(algorithm, record.hash).digest()}`;
      if (digest !== wanted) return digest;
    }
    await this.#assemble(record, async () => {
      const left = record.offset - parts.length * (record.partSize ?? 0);
      if (left > 0) {
        parts.push(await this.#withTail(left, (tail) => multipart.uploadPart(parts.length + 1, tail)));
      }
      await multipart.complete(parts);
    });
    return record.algorithm === algorithm ? wanted : await this.#readBack(key, algorithm);
  }

  /** @param length bytes of the tail, which are in memory only meanwhile */
  async #withTail<T>(length: number, use: (tail: Uint8Array<ArrayBuffer>) => Promise<T>): Promise<T> {
    const { bytes, release } = await BUDGET.acquire(length);
    try {
      let filled = 0;
      for (const piece of this.#journal.tail()) {
        bytes.set(piece, filled);
        filled += piece.length;
      }
      return await use(bytes);
    } finally {
      release();
    }
  }

  /** What is complete takes neither a part nor a second completion, and the first may have gone without an answer. */
  async #assemble(record: UploadRecord, complete: () => Promise<void>): Promise<void> {
    try {
      await complete();
    } catch (error) {
      const object = await this.#bucket.head(dataKey(record.data));
      if (object?.size !== record.offset) throw error;
    }
  }

  /** For the client that names its algorithm only at the end. */
  async #readBack(key: string, algorithm: HashAlgorithm): Promise<Digest> {
    const object = await this.#bucket.get(key);
    if (object === null) throw new GoneError(key);
    const digest = new crypto.DigestStream(algorithm === 'sha256' ? 'SHA-256' : 'SHA-512');
    await object.body.pipeTo(digest);
    return `${algorithm}:${toHex(new Uint8Array(await digest.digest))}`;
  }

  async #publish(record: UploadRecord, digest: Digest): Promise<void> {
    const mine = { data: dataKey(record.data), size: record.offset };
    const pointer = await publishBlob(this.#bucket, digest, mine);
    await linkBlob(this.#bucket, record.repository, digest, pointer);
    if (pointer.data !== mine.data) await this.#bucket.delete(mine.data);
  }

  /** What was written and never became part of a repository is garbage after a while, like any other blob. */
  async #isCollected({ data, whole, digest }: UploadRecord): Promise<boolean> {
    if (whole === undefined && digest === undefined) return false; // parts are no object yet
    if ((await this.#bucket.head(dataKey(data))) !== null) return false;
    // Once they were verified, the same bytes of another upload may have taken their place.
    return digest === undefined || (await findAnywhere(this.#bucket, digest)) === undefined;
  }

  async #discard(record: UploadRecord): Promise<void> {
    if (record.digest === undefined) {
      if (record.multipartId !== undefined) {
        const multipart = this.#bucket.resumeMultipartUpload(dataKey(record.data), record.multipartId);
        // It may be complete or gone already.
        await multipart.abort().catch(() => undefined);
      }
      await this.#bucket.delete(dataKey(record.data));
    } else {
      // Verified: a pointer may or may not have been written.
      const pointer = await findPointer(this.#bucket, record.digest);
      if (pointer?.data !== dataKey(record.data)) await this.#bucket.delete(dataKey(record.data));
    }
    await this.#forget();
  }

  async #forget(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  async #postpone(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + this.#expiry);
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function refuse(reason: Refusal, offset: number): Outcome & { ok: false } {
  return { ok: false, reason, offset };
}

/** Says that nobody will read the body, before the answer. */
async function refuseUnread(
  reason: Refusal,
  offset: number,
  { body }: Chunk,
): Promise<Outcome & { ok: false }> {
  await body?.cancel();
  return refuse(reason, offset);
}
