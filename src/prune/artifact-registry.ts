/**
 * Images in Artifact Registry by its REST API, which calls repositories packages, and images versions.
 * @see https://cloud.google.com/artifact-registry/docs/reference/rest
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { UserError } from '../errors.ts';
import { pathOf, type ArtifactRepository } from '../google/hosts.ts';
import { HttpError } from '../http/http-error.ts';
import { requestJson, type JsonRequest } from '../http/request-json.ts';
import type { RetryOptions } from '../http/retry.ts';
import { isDigest } from '../oci/digest.ts';
import { explainApi } from './api-error.ts';
import { isBelow, type ImageStore, type Removal, type StoredImage } from './image-store.ts';

export interface ArtifactRegistryOptions {
  /** As in references: `us-docker.pkg.dev`. */
  host: string;
  place: ArtifactRepository;
  /** The API's root, with a slash at its end. */
  endpoint: URL;
  accessToken: () => Promise<string>;
  retry: RetryOptions;
}

const PAGE = '1000';
/** Seconds between two looks at a removal: soon at first, since most take no longer. */
const FIRST_LOOK = 0.2;
const LOOK_EVERY = 5;
/** Seconds. */
const LONGEST_REMOVAL = 300;

const Packages = z.object({
  packages: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});
const Versions = z.object({
  versions: z
    .array(
      z.object({
        name: z.string(),
        createTime: z.iso.datetime({ offset: true }),
        updateTime: z.iso.datetime({ offset: true }).optional(),
        relatedTags: z.array(z.object({ name: z.string() })).default([]),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});
type Version = z.infer<typeof Versions>['versions'][number];
const Operation = z.object({
  name: z.string(),
  done: z.boolean().default(false),
  error: z.object({ code: z.number().optional(), message: z.string().default('') }).optional(),
});
type Operation = z.infer<typeof Operation>;

/** google.rpc.Code */
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;

export function openArtifactRegistry(options: ArtifactRegistryOptions): ImageStore {
  const { host, place } = options;
  const { project, location, repository, prefix } = place;
  const root = `projects/${project}/locations/${location}/repositories/${repository}`;
  const path = `${pathOf(host, place)}/`;
  const packageOf = (name: string): string =>
    `${root}/packages/${encodeURIComponent(name.slice(path.length))}`;
  return {
    async repositories() {
      const doing = `list the images of ${host}/${path}`;
      const names: string[] = [];
      for await (const { packages } of pages(options, `${root}/packages`, { doing, shape: Packages })) {
        names.push(...packages.map(({ name }) => decodeURIComponent(lastPart(name))));
      }
      return names.filter((name) => isBelow(prefix, name)).map((name) => path + name);
    },
    async images(name) {
      const doing = `list the versions of ${host}/${name}`;
      const parent = `${packageOf(name)}/versions?view=FULL`;
      const images: StoredImage[] = [];
      for await (const { versions } of pages(options, parent, { doing, shape: Versions })) {
        images.push(...versions.map(toImage).filter(({ digest }) => isDigest(digest)));
      }
      return images;
    },
    remove: async (name, image) => remove(options, name, image),
  };
}

function toImage({ name, createTime, updateTime = createTime, relatedTags }: Version): StoredImage {
  return {
    id: name,
    digest: decodeURIComponent(lastPart(name)) as StoredImage['digest'],
    tags: relatedTags.map((tag) => lastPart(tag.name)),
    changedAt: Math.max(Date.parse(createTime), Date.parse(updateTime)),
  };
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

interface Listing<T> {
  doing: string;
  shape: z.ZodType<T>;
}

async function* pages<T extends { nextPageToken?: string | undefined }>(
  options: ArtifactRegistryOptions,
  path: string,
  { doing, shape }: Listing<T>,
): AsyncGenerator<T> {
  const url = new URL(`v1/${path}`, options.endpoint);
  url.searchParams.set('pageSize', PAGE);
  for (;;) {
    const page = await ask(options, { url }, { doing, shape });
    yield page;
    const { nextPageToken = '' } = page;
    if (nextPageToken === '') return;
    url.searchParams.set('pageToken', nextPageToken);
  }
}

/** Without `force`, a version that has a tag is not deleted; nor is one that an index lists. */
async function remove(
  options: ArtifactRegistryOptions,
  name: string,
  { id, digest }: StoredImage,
): Promise<Removal> {
  const doing = `delete ${options.host}/${name}@${digest}`;
  const listing = { doing, shape: Operation };
  try {
    const begun = await ask(
      options,
      { url: new URL(`v1/${id}`, options.endpoint), method: 'DELETE' },
      listing,
    );
    return outcomeOf(await ended(options, begun, listing), doing);
  } catch (error) {
    const cause = Error.isError(error) ? error.cause : undefined;
    if (cause instanceof HttpError && cause.status === 404) return 'missing';
    if (cause instanceof HttpError && cause.body.includes('FAILED_PRECONDITION')) return 'needed';
    throw error;
  }
}

async function ended(
  options: ArtifactRegistryOptions,
  begun: Operation,
  listing: Listing<Operation>,
): Promise<Operation> {
  let operation = begun;
  let waited = 0;
  for (let wait = FIRST_LOOK; !operation.done; wait = Math.min(wait * 2, LOOK_EVERY)) {
    if (waited > LONGEST_REMOVAL) {
      throw new UserError(
        `Could not ${listing.doing}: Artifact Registry has not ended it in ${LONGEST_REMOVAL} s`,
        {
          hint: 'It may end yet: run the same again later.',
        },
      );
    }
    await sleep(wait * 1000, undefined, options.retry.signal && { signal: options.retry.signal });
    waited += wait;
    operation = await ask(options, { url: new URL(`v1/${operation.name}`, options.endpoint) }, listing);
  }
  return operation;
}

function outcomeOf({ error }: Operation, doing: string): Removal {
  if (error === undefined) return 'removed';
  if (error.code === NOT_FOUND) return 'missing';
  if (error.code === FAILED_PRECONDITION) return 'needed';
  throw new UserError(`Could not ${doing}: ${error.message}`, { hint: 'Run the same again later.' });
}

async function ask<T>(
  { endpoint, accessToken, retry }: ArtifactRegistryOptions,
  request: JsonRequest,
  { doing, shape }: Listing<T>,
): Promise<T> {
  try {
    const headers = { authorization: `Bearer ${await accessToken()}` };
    const { json } = await requestJson({ ...request, headers }, retry);
    return shape.parse(json);
  } catch (error) {
    retry.signal?.throwIfAborted();
    throw explainApi(error, { doing, api: endpoint.host, hint });
  }
}

function hint({ status }: HttpError): string {
  switch (status) {
    case 401:
      return 'The access token was not accepted: sign in again.';
    case 403:
      return 'The account needs the role roles/artifactregistry.repoAdmin on the repository, and the project the API artifactregistry.googleapis.com.';
    case 404:
      return 'Check the location, project and repository in --registry.';
    default:
      return 'Check --registry, as in us-docker.pkg.dev/project/models.';
  }
}
