/** A source and a registry of memory, for what lies between them. */
import { createHash } from 'node:crypto';

import type { Source, SourceFile } from '../../src/hub/source.ts';
import type { Digest } from '../../src/oci/digest.ts';
import type { BlobUpload } from '../../src/registry/upload.ts';
import { sha256, type Content } from './layer-bytes.ts';

/** Files by what they contain, with the oid of the Hub's LFS files or of its plain ones. */
export function filesOf(content: Content, oid: 'sha256' | 'git-sha1' = 'sha256'): SourceFile[] {
  return Object.entries(content).map(([path, bytes]) => ({
    path,
    size: bytes.length,
    oid: oid === 'sha256' ? sha256(bytes) as `sha256:${string}` : gitOid(bytes), // prettier-ignore
  }));
}

function gitOid(bytes: Uint8Array): `git-sha1:${string}` {
  return `git-sha1:${createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')}`;
}

export interface Read {
  path: string;
  offset: number;
  length: number;
}

/** Gives what `content` holds; `before` is asked before each read and may wait or throw. */
export function memorySource(
  content: Content,
  before: (read: Read, signal?: AbortSignal) => Promise<void> | void = () => undefined,
): Source {
  return {
    revision: () => Promise.reject(new Error('nobody asks for the revision')),
    async read({ path }, offset, target, signal) {
      await before({ path, offset, length: target.length }, signal);
      const bytes = content[path]?.subarray(offset, offset + target.length);
      if (bytes?.length !== target.length)
        throw new Error(`"${path}" has no ${target.length} bytes at ${offset}`);
      target.set(bytes);
    },
    close: () => Promise.resolve(),
  };
}

export interface MemoryUpload extends BlobUpload {
  /** What was announced, in bytes. */
  announced: number;
  written: Buffer[];
  committed: Digest | undefined;
  aborted: boolean;
}

/** What became of an upload; beside it, a test that fails would print every byte. */
export function outcome({ committed, aborted }: MemoryUpload): string {
  return committed ?? (aborted ? 'given up' : 'open');
}

/** Keeps each upload; `before` is asked before each write, with its number from 0, and may wait or throw. */
export function memoryUploads(
  before: (write: number, upload: number) => Promise<void> | void = () => undefined,
): {
  uploads: MemoryUpload[];
  start: (size: number) => Promise<BlobUpload>;
} {
  const uploads: MemoryUpload[] = [];
  const start = async (announced: number): Promise<BlobUpload> => {
    const number = uploads.length;
    let busy = false;
    const upload: MemoryUpload = {
      announced,
      written: [],
      committed: undefined,
      aborted: false,
      async write(buffers) {
        if (busy) throw new Error('one write at a time');
        if (upload.aborted) throw new Error('the upload was given up');
        busy = true;
        await before(upload.written.length, number);
        // Taken only now: until then the bytes belong to the upload.
        upload.written.push(Buffer.concat(buffers));
        busy = false;
      },
      async commit(digest) {
        const got = sha256(Buffer.concat(upload.written));
        if (got !== digest) throw new Error(`DIGEST_INVALID: got ${got}, expected ${digest}`);
        upload.committed = digest;
      },
      async abort() {
        upload.aborted ||= upload.committed === undefined;
      },
    };
    uploads.push(upload);
    return upload;
  };
  return { uploads, start };
}
