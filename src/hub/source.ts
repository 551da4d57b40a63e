/** Where a model's files come from: the Hub, or a folder of this machine. Both give the same. */

/**
 * The identity of a file's content, known before the content is read. `sha256` is of the content itself (the Hub's
 * LFS files, local files); `git-sha1` is git's blob id, SHA-1 of `blob ${size}\0` and the content.
 */
export type Oid = `sha256:${string}` | `git-sha1:${string}`;

export interface SourceFile {
  /** Relative, `/` between its parts; as the source gives it, see `checkFiles`. */
  path: string;
  /** Bytes. */
  size: number;
  oid: Oid;
}

/** A model at a commit. */
export interface Revision {
  /** The model's canonical name, `owner/model` or `model`: the new one of a repository that was moved. */
  name: string;
  /** The Hub's commit (40 hex), or for a folder the SHA-256 (64 hex) of its sorted (path, size, oid) list. */
  sha: string;
  /** Sorted by the bytes of the path, each path once. */
  files: readonly SourceFile[];
  /** SPDX expression or the Hub's own word for it, where the model states one. */
  license?: string;
  /** The page that shows this model to a person. */
  url?: string;
}

export interface Source {
  /**
   * The list may be empty, and may hold paths that no image can carry: what is left after `include` and `exclude` is
   * held to `checkFiles`.
   * @throws UserError when the revision cannot be had
   */
  revision(signal?: AbortSignal): Promise<Revision>;

  /**
   * Fills the whole of `target` with the file's bytes from `offset` on. Many calls may run at once, in any order.
   * Retries and resumes by itself; what it gives is not verified: whoever reads a file hashes it and compares
   * with its oid (`verifiedStream` does both).
   * @throws UserError when the bytes cannot be had; the signal's reason
   */
  read(file: SourceFile, offset: number, target: Uint8Array, signal?: AbortSignal): Promise<void>;

  /** Ends connections that are kept open. */
  close(): Promise<void>;
}
