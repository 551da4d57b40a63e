/** Base images of containers: each is asked for once a run, however many models have it, and each blob moved once. */
import pLimit from 'p-limit';

import { readBase, type Base } from '../containers/base.ts';
import { ContainerError } from '../containers/container-error.ts';
import { UserError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { formatReference, parseFamiliar, type Reference } from '../oci/reference.ts';
import { copyBlob, type CopyOrigin } from '../registry/copy-blob.ts';
import type { Registry, Repository } from '../registry/registry.ts';
import { printable } from '../report/printable.ts';

export interface OpenBase extends Base {
  /** Where it is read from. */
  repository: Repository;
}

export interface Bases {
  /**
   * Of what a name (`python:3.12-slim`) stands for now: an index or a manifest. Without a request where the name has it.
   * @throws UserError where there is no such image, RegistryError
   */
  digestOf(name: string): Promise<Digest>;
  /** @throws UserError where no container can be made of it, RegistryError */
  open(name: string): Promise<OpenBase>;
  /**
   * Has a repository get the layers of a base, of all its platforms.
   * @throws RegistryError
   */
  bring(base: OpenBase, to: Repository, run: BringRun): Promise<void>;
  /** Closes the connections. */
  close(): Promise<void>;
}

export interface BringRun {
  /** Bytes that will be moved: negative where they need not be after all. */
  expect: (bytes: number) => void;
  moved: (bytes: number) => void;
  signal: AbortSignal;
}

const BLOBS_AT_ONCE = 4;
/** Characters of a message, which may have texts of a base's documents in it. */
const MOST_SHOWN = 1000;

/** @param connect opens a registry to read from; asked once for each host. */
export function openBases(connect: (host: string) => Promise<Registry>): Bases {
  return new BasesOfRun(connect);
}

class BasesOfRun implements Bases {
  readonly #connect: (host: string) => Promise<Registry>;
  readonly #registries = new Map<string, Promise<Registry>>();
  readonly #digests = new Map<string, Promise<Digest>>();
  readonly #bases = new Map<string, Promise<OpenBase>>();
  /** Which repository of a registry got a blob in this run, by `registry digest`: others mount it from there. */
  readonly #brought = new Map<string, Promise<Repository | undefined>>();
  readonly #turn = pLimit(BLOBS_AT_ONCE);

  constructor(connect: (host: string) => Promise<Registry>) {
    this.#connect = connect;
  }

  async digestOf(name: string): Promise<Digest> {
    const reference = parseName(name);
    if (reference.digest !== undefined) return reference.digest;
    const key = formatReference(reference);
    return once(this.#digests, key, async () => {
      const repository = await this.#repositoryOf(reference);
      const found = await repository.headManifest(reference.tag ?? '');
      if (found === undefined) throw missing(name, key);
      return found.digest;
    });
  }

  async open(name: string): Promise<OpenBase> {
    const { digest: _pinned, ...reference } = parseName(name);
    const digest = await this.digestOf(name);
    const pinned = formatReference({ ...reference, digest });
    return once(this.#bases, pinned, async () => {
      const repository = await this.#repositoryOf(reference);
      const asked = { reference: digest, name: formatReference(reference) };
      const base = await readBase(repository, asked).catch(asUserError);
      if (base === undefined) throw missing(name, pinned);
      return { ...base, repository };
    });
  }

  async bring({ images, repository }: OpenBase, to: Repository, run: BringRun): Promise<void> {
    const layers = images.flatMap((image) => image.layers);
    const blobs = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
    const results = await Promise.allSettled(
      blobs.map((blob) => this.#bringBlob(blob, [repository, to], run)),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#registries.values());
    for (const result of opened) if (result.status === 'fulfilled') await result.value.close();
  }

  async #repositoryOf({ registry, repository }: Reference): Promise<Repository> {
    const opened = await once(this.#registries, registry, () => this.#connect(registry));
    return opened.repository(repository);
  }

  async #bringBlob(
    descriptor: Descriptor,
    [from, to]: [Repository, Repository],
    { expect, moved, signal }: BringRun,
  ): Promise<void> {
    const key = `${to.name.split('/', 1)[0]} ${descriptor.digest}`;
    const copyAfter = async (earlier: Promise<Repository | undefined> | undefined): Promise<CopyOrigin> => {
      const source = (await earlier) ?? from;
      return this.#turn(() => copyBlob({ descriptor, from: source, to, signal, onBytes: moved }));
    };
    const work = copyAfter(this.#brought.get(key));
    // How it ended for another model is that model's business: this one then brings the blob itself.
    const has = work.then(
      () => to,
      () => undefined,
    );
    this.#brought.set(key, has);
    expect(descriptor.size);
    const origin = await work.catch((error: unknown) => {
      expect(-descriptor.size);
      throw error;
    });
    if (origin !== 'pushed') expect(-descriptor.size);
  }
}

/** What a key stands for, asked once; also a failure, which the others would meet as well. */
async function once<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  ask: () => Promise<Value>,
): Promise<Value> {
  const found = known.get(key) ?? ask();
  known.set(key, found);
  return found;
}

function parseName(name: string): Reference {
  try {
    return parseFamiliar(name);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`The base ${error.message}.`, {
      hint: 'Write it as in a Dockerfile: python:3.12-slim, registry.example/owner/image:tag.',
      cause: error,
    });
  }
}

/** Its documents may be anybody's. */
function asUserError(error: unknown): never {
  if (!(error instanceof ContainerError)) throw error;
  throw new UserError(printable(error.message, MOST_SHOWN), { hint: error.hint, cause: error });
}

function missing(name: string, reference: string): UserError {
  return new UserError(`There is no base image ${reference}.`, {
    hint: `Check the name "${name}": "docker manifest inspect ${name}" asks for the same.`,
  });
}
