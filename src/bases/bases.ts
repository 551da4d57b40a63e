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

/** @param connect opens a registry to read from; asked once for each host. */
export function openBases(connect: (host: string) => Promise<Registry>): Bases {
  const registries = new Map<string, Promise<Registry>>();
  const digests = new Map<string, Promise<Digest>>();
  const bases = new Map<string, Promise<OpenBase>>();
  /** Which repository of a registry got a blob in this run, by `registry digest`: others mount it from there. */
  const brought = new Map<string, Promise<Repository | undefined>>();
  const turn = pLimit(BLOBS_AT_ONCE);

  const repositoryOf = async ({ registry, repository }: Reference): Promise<Repository> => {
    const opened = await once(registries, registry, () => connect(registry));
    return opened.repository(repository);
  };

  const digestOf = async (name: string): Promise<Digest> => {
    const reference = parseName(name);
    if (reference.digest !== undefined) return reference.digest;
    const key = formatReference(reference);
    return once(digests, key, async () => {
      const repository = await repositoryOf(reference);
      const found = await repository.headManifest(reference.tag ?? '');
      if (found === undefined) throw missing(name, key);
      return found.digest;
    });
  };

  const open = async (name: string): Promise<OpenBase> => {
    const { digest: _pinned, ...reference } = parseName(name);
    const digest = await digestOf(name);
    return once(bases, formatReference({ ...reference, digest }), async () => {
      const repository = await repositoryOf(reference);
      const base = await readBase(repository, { reference: digest, name: formatReference(reference) }).catch(
        asUserError,
      );
      if (base === undefined) throw missing(name, formatReference({ ...reference, digest }));
      return { ...base, repository };
    });
  };

  const bringBlob = async (
    descriptor: Descriptor,
    [from, to]: [Repository, Repository],
    { expect, moved, signal }: BringRun,
  ): Promise<void> => {
    const key = `${to.name.split('/', 1)[0]} ${descriptor.digest}`;
    const copyAfter = async (earlier: Promise<Repository | undefined> | undefined): Promise<CopyOrigin> => {
      const source = (await earlier) ?? from;
      return turn(() => copyBlob({ descriptor, from: source, to, signal, onBytes: moved }));
    };
    const work = copyAfter(brought.get(key));
    // How it ended for another model is that model's business: this one then brings the blob itself.
    const has = work.then(
      () => to,
      () => undefined,
    );
    brought.set(key, has);
    expect(descriptor.size);
    const origin = await work.catch((error: unknown) => {
      expect(-descriptor.size);
      throw error;
    });
    if (origin !== 'pushed') expect(-descriptor.size);
  };

  return {
    digestOf,
    open,
    async bring(base, to, run) {
      const layers = base.images.flatMap((image) => image.layers);
      const blobs = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
      const results = await Promise.allSettled(
        blobs.map((blob) => bringBlob(blob, [base.repository, to], run)),
      );
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    },
    async close() {
      const opened = await Promise.allSettled(registries.values());
      for (const result of opened) if (result.status === 'fulfilled') await result.value.close();
    },
  };
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

function asUserError(error: unknown): never {
  if (!(error instanceof ContainerError)) throw error;
  throw new UserError(error.message, { hint: error.hint, cause: error });
}

function missing(name: string, reference: string): UserError {
  return new UserError(`There is no base image ${reference}.`, {
    hint: `Check the name "${name}": "docker manifest inspect ${name}" asks for the same.`,
  });
}
