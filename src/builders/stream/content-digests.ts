/** The digests of a layer's content, gathered as it passes, and compared with what the source says of its files. */
import { hash } from 'node:crypto';
import { UserError } from '../../errors.ts';
import type { ContentDigests } from '../../estargz/toc.ts';
import type { Digest } from '../../oci/digest.ts';
import { DIGEST_SIZE } from './framer.ts';
import type { FilePart, HashedFile } from './steps.ts';
import type { HashedContent } from './tar-hasher.ts';

export class GatheredDigests implements ContentDigests {
  readonly #files: readonly HashedFile[];
  readonly #ofFiles: Buffer;
  readonly #ofChunks: Buffer;
  #chunks = 0;

  /** @throws UserError when an empty file is not what its oid says. */
  constructor(files: readonly HashedFile[], chunkCount: number) {
    this.#files = files;
    this.#ofFiles = Buffer.alloc(files.length * DIGEST_SIZE);
    this.#ofChunks = Buffer.alloc(chunkCount * DIGEST_SIZE);
    for (const file of files) {
      if (file.size === 0) checkOid(file, { sha256: hash('sha256', ''), sha1: hash('sha1', 'blob 0\0') });
    }
  }

  /**
   * Takes the chunks that end in the next slot, their digests of 32 bytes each, and the files that end with them.
   * @throws UserError when a file is not what its oid says.
   */
  add(chunks: readonly FilePart[], chunkDigests: Uint8Array, hashed: readonly HashedContent[]): void {
    const whole = new Map(hashed.map((content) => [content.index, content]));
    this.#ofChunks.set(chunkDigests, this.#chunks * DIGEST_SIZE);
    for (const [n, { index, first, last }] of chunks.entries()) {
      if (!last) continue;
      const only = Buffer.from(chunkDigests.subarray(n * DIGEST_SIZE, (n + 1) * DIGEST_SIZE)).toString('hex');
      const content = { ...whole.get(index), ...(first ? { sha256: only } : {}) };
      checkOid(this.#files[index] as HashedFile, content);
      this.#ofFiles.write(content.sha256 ?? '', index * DIGEST_SIZE, 'hex');
    }
    this.#chunks += chunks.length;
  }

  file(index: number): Digest {
    return digestAt(this.#ofFiles, index);
  }

  chunk(n: number): Digest {
    return digestAt(this.#ofChunks, n);
  }
}

function digestAt(digests: Buffer, n: number): Digest {
  return `sha256:${digests.toString('hex', n * DIGEST_SIZE, (n + 1) * DIGEST_SIZE)}`;
}

function checkOid({ path, oid }: HashedFile, content: { sha256?: string; sha1?: string }): void {
  const got = oid.startsWith('sha256:') ? `sha256:${content.sha256}` : `git-sha1:${content.sha1}`;
  if (got === oid) return;
  throw new UserError(`"${path}" is not what its source says it is: expected ${oid}, got ${got}`, {
    hint: 'Nothing was published of it. Run it again; where it is a local folder, nothing may write to it meanwhile.',
  });
}
