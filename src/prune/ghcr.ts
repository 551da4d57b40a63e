/**
 * Images in GitHub's container registry by its packages API, which calls images versions of a package.
 * @see https://docs.github.com/en/rest/packages/packages
 */
import { z } from 'zod';

import { UserError } from '../errors.ts';
import { HttpError } from '../http/http-error.ts';
import { requestJson, type JsonRequest } from '../http/request-json.ts';
import type { RetryOptions } from '../http/retry.ts';
import { isTransient } from '../http/transient.ts';
import { isDigest } from '../oci/digest.ts';
import { explainApi } from './api-error.ts';
import { isBelow, type ImageStore, type Removal, type StoredImage } from './image-store.ts';

export interface GhcrOptions {
  /** An organisation or a user. */
  owner: string;
  /** Leading part of the packages' names; may be empty. */
  prefix: string;
  /** `https://api.github.com`, or `$GITHUB_API_URL`. */
  endpoint: string;
  token: string;
  retry: RetryOptions;
}

const HOST = 'ghcr.io';
const PAGE = '100';

const Owner = z.object({ type: z.string() });
const Packages = z.array(z.object({ name: z.string() }));
const Version = z.object({
  id: z.number(),
  name: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  updated_at: z.iso.datetime({ offset: true }),
  metadata: z.object({ container: z.object({ tags: z.array(z.string()) }) }),
});
const Versions = z.array(Version);

export function openGhcr(options: GhcrOptions): ImageStore {
  const { owner, prefix } = options;
  let kind: Promise<'orgs' | 'users'> | undefined;
  const base = async (): Promise<string> => `${await (kind ??= kindOf(options))}/${owner}/packages`;
  const versionsOf = async (name: string): Promise<string> =>
    `${await base()}/container/${encodeURIComponent(name.slice(owner.length + 1))}/versions`;
  return {
    async repositories() {
      const names: string[] = [];
      try {
        const doing = `list the packages of ${owner}`;
        const listing = { doing, shape: Packages };
        for await (const page of pages(options, `${await base()}?package_type=container`, listing)) {
          names.push(...page.map(({ name }) => name));
        }
      } catch (error) {
        if (isHidden(error)) return undefined;
        throw error;
      }
      return names.filter((name) => isBelow(prefix, name)).map((name) => `${owner}/${name}`);
    },
    async images(name) {
      const images: StoredImage[] = [];
      try {
        const doing = `list the versions of ${HOST}/${name}`;
        const listing = { doing, shape: Versions };
        for await (const page of pages(options, `${await versionsOf(name)}?state=active`, listing)) {
          images.push(...page.map(toImage));
        }
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
      return images.filter(({ digest }) => isDigest(digest));
    },
    async remove(name, image) {
      return remove(options, `${await versionsOf(name)}/${image.id}`, `${HOST}/${name}@${image.digest}`);
    },
  };
}

async function kindOf(options: GhcrOptions): Promise<'orgs' | 'users'> {
  const { owner } = options;
  const asked = { doing: `find out who ${owner} is`, shape: Owner };
  const { data } = await ask(options, { url: urlOf(options, `users/${owner}`) }, asked);
  return data.type === 'Organization' ? 'orgs' : 'users';
}

function toImage({ id, name, created_at, updated_at, metadata }: z.infer<typeof Version>): StoredImage {
  return {
    id: String(id),
    digest: name as StoredImage['digest'],
    tags: metadata.container.tags,
    changedAt: Math.max(Date.parse(created_at), Date.parse(updated_at)),
  };
}

/** GitHub deletes versions that have tags, too: it is asked right before. */
async function remove(options: GhcrOptions, path: string, name: string): Promise<Removal> {
  const doing = `delete ${name}`;
  const url = urlOf(options, path);
  try {
    const { data } = await ask(options, { url }, { doing, shape: Version });
    if (data.metadata.container.tags.length > 0) return 'needed';
    await ask(options, { url, method: 'DELETE' }, { doing, shape: z.unknown() });
    return 'removed';
  } catch (error) {
    if (statusOf(error) === 404) return 'missing';
    throw error;
  }
}

interface Listing<T> {
  doing: string;
  shape: z.ZodType<T>;
}

async function* pages<T>(options: GhcrOptions, path: string, listing: Listing<T>): AsyncGenerator<T> {
  const first = urlOf(options, path);
  first.searchParams.set('per_page', PAGE);
  for (let url: URL | undefined = first; url !== undefined;) {
    const page: Answered<T> = await ask(options, { url }, listing);
    yield page.data;
    url = nextOf(page.headers, url);
    // The token is for nobody else.
    if (url !== undefined && url.origin !== first.origin) {
      throw new UserError(`Could not ${listing.doing}: ${first.host} sends on to ${url.host}.`, {
        hint: 'Check GITHUB_API_URL, and whether a proxy changes what GitHub says.',
      });
    }
  }
}

/** RFC 8288. */
function nextOf(headers: Headers, asked: URL): URL | undefined {
  const [, next] = /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '') ?? [];
  return next === undefined ? undefined : new URL(next, asked);
}

function urlOf({ endpoint }: GhcrOptions, path: string): URL {
  return new URL(path, endpoint.replace(/\/*$/, '/'));
}

interface Answered<T> {
  data: T;
  headers: Headers;
}

async function ask<T>(
  { token, retry }: GhcrOptions,
  request: JsonRequest,
  { doing, shape }: Listing<T>,
): Promise<Answered<T>> {
  const proof = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'x-github-api-version': '2022-11-28',
  };
  try {
    const asked = { ...request, headers: proof };
    const { json, headers } = await requestJson(asked, { ...retry, retryable: isWorthAnother });
    return { data: shape.parse(json), headers };
  } catch (error) {
    retry.signal?.throwIfAborted();
    throw explainApi(error, { doing, api: request.url.host, hint });
  }
}

/** GitHub answers 403 to who asks too often, too, and says until when. */
function isWorthAnother(error: unknown): boolean {
  if (isTransient(error)) return true;
  if (!(error instanceof HttpError) || error.status !== 403) return false;
  return error.headers.has('retry-after') || error.headers.get('x-ratelimit-remaining') === '0';
}

/** To the token of a job GitHub answers 400 where it does not list packages. */
function isHidden(error: unknown): boolean {
  const cause = Error.isError(error) ? error.cause : undefined;
  return cause instanceof HttpError && [400, 403].includes(cause.status) && !isWorthAnother(cause);
}

function statusOf(error: unknown): number | undefined {
  const cause = Error.isError(error) ? error.cause : undefined;
  return cause instanceof HttpError ? cause.status : undefined;
}

function hint(answer: HttpError): string {
  if (isWorthAnother(answer)) return 'GitHub limits the rate of requests: run the same again in an hour.';
  switch (answer.status) {
    case 401:
      return 'The token was not accepted: in a workflow use github.token, elsewhere a personal access token (classic).';
    case 403:
      return (
        'In a workflow the job needs "permissions: packages: write", and the package must give the repository the ' +
        'role Admin (package settings, Manage Actions access); elsewhere the token needs read:packages and delete:packages.'
      );
    case 404:
      return 'Check the owner in --registry, as in ghcr.io/owner.';
    default:
      return 'GitHub keeps the last version of a package, and public ones with more than 5,000 downloads.';
  }
}
