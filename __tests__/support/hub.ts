import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { sendCommits, sendError, sendInfo, sendJson, sendModels, sendTree, treeEntries } from './hub-api.ts';
import { sendContent } from './hub-content.ts';
import { Faults, type Fault, type FaultRule, type Place } from './hub-faults.ts';
import type { StandInFile, StandInModel } from './hub-models.ts';

/**
 * A stand-in for the Hugging Face Hub that speaks its protocol (model information, file lists in pages, `resolve`,
 * redirects of LFS files to a storage on another port with signed, expiring addresses), and can be told to misbehave.
 */
export interface Hub {
  /** For `HF_ENDPOINT`. */
  url: string;
  /** The storage that LFS files are redirected to. */
  storageUrl: string;
  requests: LoggedRequest[];
  models: StandInModel[];
  fail(rule: FaultRule): void;
  /** Ends all faults. */
  recover(): void;
  /** From now on the storage answers 403 to the addresses that were given out so far. */
  expireAddresses(): void;
  close(): Promise<void>;
}

export interface LoggedRequest {
  server: 'hub' | 'storage';
  method: string;
  /** Path and query. */
  url: string;
  range?: string | undefined;
  authorization?: string | undefined;
}

export interface HubOptions {
  models: StandInModel[];
  /** Old name → new name. */
  moved?: Record<string, string>;
  /** Token → names of the private and gated models that it may read. Other tokens are refused. */
  tokens?: Record<string, string[]>;
  /** Entries in a page of a file list. */
  pageSize?: number;
  port?: number;
  storagePort?: number;
  tls?: { key: string; cert: string };
}

export async function startHub(options: HubOptions): Promise<Hub> {
  const faults = new Faults();
  const requests: LoggedRequest[] = [];
  const state: State = {
    models: options.models,
    moved: options.moved ?? {},
    tokens: options.tokens ?? {},
    pageSize: options.pageSize ?? 1000,
    faults,
    key: randomUUID(),
    storageUrl: '',
  };
  const log = (server: LoggedRequest['server'], request: IncomingMessage): void => {
    const { method = '', url = '', headers } = request;
    requests.push({ server, method, url, range: headers.range, authorization: headers.authorization });
  };
  const hub = await listen(options.port ?? 0, options.tls, async (request, response) => {
    log('hub', request);
    await answerHub(state, request, response);
  });
  const storage = await listen(options.storagePort ?? 0, options.tls, async (request, response) => {
    log('storage', request);
    await answerStorage(state, request, response);
  });
  state.storageUrl = storage.url;
  return {
    url: hub.url,
    storageUrl: storage.url,
    requests,
    models: options.models,
    fail: (rule) => faults.add(rule),
    recover: () => faults.clear(),
    expireAddresses: () => {
      state.key = randomUUID();
    },
    async close() {
      await Promise.all([hub.close(), storage.close()]);
    },
  };
}

interface State {
  models: StandInModel[];
  moved: Record<string, string>;
  tokens: Record<string, string[]>;
  pageSize: number;
  faults: Faults;
  /** Signs the storage's addresses. */
  key: string;
  storageUrl: string;
}

const modelRoute =
  /^\/api\/models\/(?<name>[^/]+(?:\/[^/]+)?)\/(?<what>revision|tree|commits|paths-info)\/(?<rev>[^/]+)$/;
const PLACES: Record<string, Place> = { revision: 'info', commits: 'commits', resolve: 'resolve' };
const fileRoute = /^\/(?<name>[^/]+(?:\/[^/]+)?)\/resolve\/(?<rev>[^/]+)\/(?<path>.+)$/;

async function answerHub(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://hub');
  response.setHeader('RateLimit', '"api";r=499;t=300');
  if (pathname === '/api/models') return sendModels(request, response, state);
  const route = (modelRoute.exec(pathname) ?? fileRoute.exec(pathname))?.groups;
  if (!route) return sendError(response, 404, 'Sorry, we can’t find the page you are looking for.');
  const { name = '', what = 'resolve' } = route;
  const rev = decodeURIComponent(route['rev'] ?? '');
  const path = route['path'] === undefined ? undefined : decodeURIComponent(route['path']);
  const fault = state.faults.next(PLACES[what] ?? 'tree', path);
  if (fault?.kind === 'status') return sendFault(response, fault);

  const movedTo = state.moved[name];
  if (movedTo !== undefined) {
    const location = (request.url ?? '').replace(`/${name}/`, `/${movedTo}/`);
    response.writeHead(307, { Location: location, 'Content-Length': 0 }).end();
    return;
  }
  const model = findModel(state, request, response, { name, rev, wantsFile: what === 'resolve' });
  if (!model) return;
  if (what === 'revision') return sendInfo(request, response, model);
  if (what === 'commits') {
    const history = state.models.filter((other) => other.name === model.name);
    return sendCommits(request, response, history.slice(history.indexOf(model)));
  }
  if (what === 'tree') return sendTree(request, response, model, state.pageSize);
  if (what === 'paths-info') {
    const { paths } = JSON.parse(await text(request)) as { paths: string[] };
    const found = treeEntries(model).filter((entry) => paths.includes(entry.path));
    return sendJson(response, 200, found);
  }
  const file = path === undefined ? undefined : findFile(model, path);
  if (!file) return sendError(response, 404, 'Entry not found', 'EntryNotFound');
  await sendFile(state, request, response, { model, file, fault });
}

const indexes = new WeakMap<StandInModel, { files: StandInFile[]; byPath: Map<string, StandInFile> }>();

/** Looked up, since a model may have 100,000 files. */
function findFile(model: StandInModel, path: string): StandInFile | undefined {
  let index = indexes.get(model);
  if (index?.files !== model.files || index.byPath.size !== model.files.length) {
    index = { files: model.files, byPath: new Map(model.files.map((file) => [file.path, file])) };
    indexes.set(model, index);
  }
  return index.byPath.get(path);
}

/** The model, if this request may see it; otherwise the Hub's refusal has been sent. */
function findModel(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  { name, rev, wantsFile }: { name: string; rev: string; wantsFile: boolean },
): StandInModel | undefined {
  const token = request.headers.authorization?.replace(/^Bearer /, '');
  const readable = token === undefined ? [] : state.tokens[token];
  const named = state.models.filter((model) => model.name === name);
  const model = named.find(
    ({ sha, refs }) => sha === rev || refs?.includes(rev) || rev === 'main' || rev === 'HEAD',
  );
  const anonymous = token === undefined;
  const [first] = named;
  if (!readable) {
    sendError(response, 401, 'Invalid credentials in Authorization header');
  } else if (!first || (first.private && !readable.includes(name))) {
    sendError(response, anonymous ? 401 : 404, 'Repository not found', 'RepoNotFound');
  } else if (!model) {
    sendError(response, 404, `Invalid rev id: ${rev}`, 'RevisionNotFound');
  } else if (wantsFile && model.gated && !readable.includes(name)) {
    const message = `Access to model ${name} is restricted.`;
    sendError(response, anonymous ? 401 : 403, message, 'GatedRepo');
  } else {
    return model;
  }
  return undefined;
}

async function sendFile(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  { model, file, fault }: { model: StandInModel; file: StandInFile; fault: Fault | undefined },
): Promise<void> {
  const commit = { 'X-Repo-Commit': model.sha };
  if (!file.lfs) {
    const headers = { ...commit, ETag: `"${file.oid}"` };
    return await sendContent(request, response, file, { headers, fault });
  }
  const body = 'Found. Redirecting to the storage';
  response
    .writeHead(302, {
      ...commit,
      'X-Linked-Size': file.size,
      'X-Linked-Etag': `"${file.oid}"`,
      Location: signedAddress(state, model, file),
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': body.length,
    })
    .end(request.method === 'HEAD' ? undefined : body);
}

/** Signed for an hour, with the path in it so that two files of one content stay apart. */
function signedAddress(state: State, model: StandInModel, file: StandInFile): string {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const expires = Math.ceil(Date.now() / 1000) + 3600;
  const pathname = `/${model.name}/${model.sha}/${path}`;
  return `${state.storageUrl}${pathname}?Expires=${expires}&Signature=${signature(state, pathname, expires)}`;
}

function signature({ key }: State, pathname: string, expires: number): string {
  return createHmac('sha256', key).update(`${pathname}\n${expires}`).digest('hex');
}

async function answerStorage(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://storage');
  if (request.headers.authorization !== undefined) {
    return sendError(response, 400, 'Only one auth mechanism allowed');
  }
  const expires = Number(url.searchParams.get('Expires'));
  const given = Buffer.from(url.searchParams.get('Signature') ?? '');
  const wanted = Buffer.from(signature(state, url.pathname, expires));
  const valid = given.length === wanted.length && timingSafeEqual(given, wanted);
  const model = state.models.find(({ name, sha }) => url.pathname.startsWith(`/${name}/${sha}/`));
  const path = decodeURIComponent(url.pathname.slice(`/${model?.name}/${model?.sha}/`.length));
  const file = model && findFile(model, path);
  const fault = state.faults.next('storage', path);
  if (fault?.kind === 'status') return sendFault(response, fault);
  if (!valid || expires < Date.now() / 1000 || !file) return sendError(response, 403, 'Request has expired');
  await sendContent(request, response, file, { headers: { ETag: `"${file.oid}"` }, fault });
}

function sendFault(response: ServerResponse, fault: Fault & { kind: 'status' }): void {
  const body = Buffer.from(fault.body ?? '');
  response.writeHead(fault.status, { 'Content-Length': body.length, ...fault.headers }).end(body);
}

async function listen(
  port: number,
  tls: HubOptions['tls'],
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ url: string; close: () => Promise<void> }> {
  const listener: RequestListener = (request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${bound}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
