/**
 * Stand-ins for Artifact Registry's REST API and GitHub's packages API over the images of a registry in memory. They
 * hand out pages of two, and refuse what the real ones refuse.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { INDEX, IMAGE } from './oci-client.ts';
import { digest, startRegistryStandIn, type RegistryStandIn } from './registry-stand-in.ts';

export interface FakeImage {
  id: number;
  digest: `sha256:${string}`;
  tags: string[];
  /** Milliseconds since the epoch. */
  changedAt: number;
  manifest: { manifests?: { digest: string }[]; subject?: { digest: string } };
}

export interface FakeRepository {
  /** As the API calls it: `team/gpt2`. */
  name: string;
  images: FakeImage[];
}

export interface ImageApi extends AsyncDisposable {
  url: string;
  /** Serves the manifests. */
  registry: RegistryStandIn;
  repositories: FakeRepository[];
  /** Methods and paths, in their order. */
  asked: string[];
  /** Sees each request first, and answers it where it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Puts an image there. @returns its digest */
  add: (repository: string, image: Added) => `sha256:${string}`;
  find: (of: string) => FakeImage | undefined;
}

export interface Added {
  tags?: string[];
  ageDays: number;
  /** Digests that an index lists. */
  children?: string[];
  subject?: string;
  /** Tells images of the same kind apart. */
  layer?: string;
}

export const TOKEN = 'api-token';
const PAGE = 2;
const DAY = 86_400_000;

type Answer = { status: number; json?: unknown; headers?: Record<string, string> };
type Api = (state: ImageApi, request: { method: string; url: URL }) => Answer;

export const startArtifactRegistryApi = async (): Promise<ImageApi> => start(artifactRegistry);
export const startGitHubApi = async (): Promise<ImageApi> => start(gitHub);

async function start(api: Api): Promise<ImageApi> {
  const registry = await startRegistryStandIn();
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    state.asked.push(`${method} ${url}`);
    request.resume();
    if (state.intercept(request, response)) return;
    const isSignedIn = request.headers.authorization === `Bearer ${TOKEN}`;
    const {
      status,
      json,
      headers = {},
    } = isSignedIn
      ? api(state, { method, url: new URL(url, state.url) })
      : { status: 401, json: { message: 'Bad credentials' } };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(json === undefined ? undefined : JSON.stringify(json));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let id = 0;
  const state: ImageApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    registry,
    repositories: [],
    asked: [],
    intercept: () => false,
    add(name, { tags = [], ageDays, children, subject, layer = 'layer' }) {
      const manifest = manifestOf({ children, subject, layer });
      const bytes = Buffer.from(JSON.stringify(manifest));
      registry.manifests.set(digest(bytes), { type: manifest.mediaType, bytes });
      let repository = state.repositories.find((known) => known.name === name);
      if (!repository) state.repositories.push((repository = { name, images: [] }));
      const changedAt = Date.now() - ageDays * DAY;
      repository.images.push({ id: (id += 1), digest: digest(bytes), tags, changedAt, manifest });
      return digest(bytes);
    },
    find: (of) => state.repositories.flatMap(({ images }) => images).find((image) => image.digest === of),
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return state;
}

function blob(content: string) {
  return { digest: digest(Buffer.from(content)), size: 1000, mediaType: 'application/x' };
}

function manifestOf({
  children,
  subject,
  layer,
}: Record<'subject' | 'layer', string | undefined> & { children: string[] | undefined }) {
  return {
    schemaVersion: 2,
    mediaType: children ? INDEX : IMAGE,
    annotations: { made: `${layer}` },
    ...(children && { manifests: children.map((child) => ({ mediaType: IMAGE, digest: child, size: 1 })) }),
    ...(!children && { config: blob('config'), layers: [blob(layer ?? '')] }),
    ...(subject !== undefined && { subject: { mediaType: IMAGE, digest: subject, size: 1 } }),
  };
}

/** Deletions are operations, which take a while. */
const artifactRegistry: Api = (state, { method, url }) => {
  const root = '/v1/projects/project/locations/us/repositories/models';
  const path = url.pathname;
  if (path.startsWith('/v1/operations/'))
    return { status: 200, json: finish(state, path.slice('/v1/'.length)) };
  if (path === `${root}/packages`) {
    const packages = state.repositories.map(({ name }) => ({
      name: `${root.slice(4)}/packages/${encodeURIComponent(name)}`,
    }));
    return listed('packages', packages, url);
  }
  const [, encoded = '', of] = /^.*\/packages\/([^/]+)\/versions(?:\/(.+))?$/.exec(path) ?? [];
  const repository = state.repositories.find(({ name }) => encodeURIComponent(name) === encoded);
  if (!repository)
    return { status: 404, json: { error: { code: 404, message: 'Requested entity was not found.' } } };
  if (of !== undefined && method === 'DELETE') {
    return state.find(of)
      ? { status: 200, json: { name: `operations/delete-${of}`, metadata: {} } }
      : { status: 404, json: { error: { code: 404, message: 'Requested entity was not found.' } } };
  }
  const isFull = url.searchParams.get('view') === 'FULL';
  const versions = repository.images.map(({ digest: name, changedAt, tags }) => ({
    name: `${root.slice(4)}/packages/${encoded}/versions/${name}`,
    createTime: new Date(changedAt).toISOString(),
    updateTime: new Date(changedAt).toISOString().replace('Z', '123Z'),
    ...(isFull &&
      tags.length > 0 && {
        relatedTags: tags.map((tag) => ({ name: `${root.slice(4)}/packages/${encoded}/tags/${tag}` })),
      }),
  }));
  return listed('versions', versions, url);
};

function listed(what: string, all: unknown[], url: URL): Answer {
  const at = Number(url.searchParams.get('pageToken') ?? 0);
  const next = at + PAGE < all.length ? { nextPageToken: String(at + PAGE) } : {};
  return { status: 200, json: { [what]: all.slice(at, at + PAGE), ...next } };
}

function finish(state: ImageApi, name: string): object {
  const of = name.slice('operations/delete-'.length);
  const isChild = state.repositories.some(({ images }) =>
    images.some(({ manifest }) => manifest.manifests?.some((child) => child.digest === of)),
  );
  if (isChild || (state.find(of)?.tags.length ?? 0) > 0) {
    return { name, done: true, error: { code: 9, message: 'Manifest is still referenced.' } };
  }
  drop(state, of);
  return { name, done: true, response: {} };
}

function drop(state: ImageApi, of: string): void {
  for (const repository of state.repositories) {
    repository.images = repository.images.filter((image) => image.digest !== of && String(image.id) !== of);
  }
  state.registry.manifests.delete(of);
}

/** It deletes what has tags, and what indexes list, without a word. */
const gitHub: Api = (state, { method, url }) => {
  const path = url.pathname;
  if (path === '/users/acme') return { status: 200, json: { login: 'acme', type: 'Organization' } };
  if (path === '/orgs/acme/packages') {
    if (url.searchParams.get('package_type') !== 'container') return { status: 400 };
    return paged(
      state.repositories.map(({ name }) => ({ id: 1, name, package_type: 'container' })),
      url,
    );
  }
  const [, encoded = '', id] =
    /^\/orgs\/acme\/packages\/container\/([^/]+)\/versions(?:\/(\d+))?$/.exec(path) ?? [];
  const repository = state.repositories.find(({ name }) => encodeURIComponent(name) === encoded);
  if (!repository) return { status: 404, json: { message: 'Package not found.' } };
  const versions = repository.images.map((image) => ({
    id: image.id,
    name: image.digest,
    created_at: new Date(image.changedAt).toISOString().replace(/\.\d+/, ''),
    updated_at: new Date(image.changedAt).toISOString().replace(/\.\d+/, ''),
    metadata: { package_type: 'container', container: { tags: image.tags } },
  }));
  if (id === undefined) return paged(versions, url);
  const version = versions.find((known) => String(known.id) === id);
  if (!version) return { status: 404, json: { message: 'Package not found.' } };
  if (method === 'GET') return { status: 200, json: version };
  if (versions.length === 1) {
    const message =
      'You cannot delete the last tagged version of a package. You must delete the package instead.';
    return { status: 400, json: { message } };
  }
  drop(state, id);
  return { status: 204 };
};

function paged(all: unknown[], url: URL): Answer {
  const page = Number(url.searchParams.get('page') ?? 1);
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const link =
    page * PAGE < all.length ? { link: `<${next.href}>; rel="next", <${url.href}>; rel="last"` } : {};
  return { status: 200, json: all.slice((page - 1) * PAGE, page * PAGE), headers: link };
}
