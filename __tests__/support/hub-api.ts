import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { StandInModel } from './hub-models.ts';

export interface ApiContext {
  models: readonly StandInModel[];
  pageSize: number;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const body = Buffer.from(JSON.stringify(value));
  response
    .writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': body.length,
      ...headers,
    })
    .end(body);
}

/** An error as the Hub words it, with `X-Error-Code` where it has one. */
export function sendError(response: ServerResponse, status: number, message: string, code?: string): void {
  const headers = { 'X-Error-Message': message, ...(code !== undefined && { 'X-Error-Code': code }) };
  sendJson(response, status, { error: message }, headers);
}

/** `/api/models/{id}/revision/{rev}`: without `expand` everything, with it only what was asked for. */
export function sendInfo(request: IncomingMessage, response: ServerResponse, model: StandInModel): void {
  const all: Record<string, unknown> = {
    private: model.private ?? false,
    gated: model.gated ? 'auto' : false,
    downloads: model.downloads ?? 0,
    likes: 0,
    lastModified: dateOf(model),
    sha: model.sha,
    tags: model.tags ?? [],
    cardData: model.license === undefined ? {} : { license: model.license },
    siblings: model.files.map(({ path }) => ({ rfilename: path })),
  };
  const expand = searchOf(request).getAll('expand');
  const kept = Object.entries(all).filter(([key]) => expand.length === 0 || expand.includes(key));
  sendJson(response, 200, { _id: idOf(model.name), id: model.name, ...Object.fromEntries(kept) });
}

/** `/api/models/{id}/tree/{rev}`, always recursive, folders among the files, in pages. */
export function sendTree(
  request: IncomingMessage,
  response: ServerResponse,
  model: StandInModel,
  pageSize: number,
): void {
  const folders = new Set<string>();
  for (const { path } of model.files) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) folders.add(parts.slice(0, depth).join('/'));
  }
  const entries = [
    ...[...folders].map((path) => ({ type: 'directory', oid: idOf(path).padEnd(40, '0'), size: 0, path })),
    ...treeEntries(model),
  ];
  sendPage(request, response, entries, pageSize);
}

/** The files of a tree, or of `paths-info`. */
export function treeEntries(model: StandInModel): { path: string }[] {
  return model.files.map(({ path, size, lfs, oid }) => ({
    type: 'file',
    oid: lfs ? createHash('sha1').update(oid).digest('hex') : oid,
    size,
    path,
    ...(lfs && { lfs: { oid, size, pointerSize: 134 }, xetHash: oid }),
  }));
}

/** `/api/models/{id}/commits/{rev}?limit=N`: the history from a commit on, newest first, in pages. */
export function sendCommits(
  request: IncomingMessage,
  response: ServerResponse,
  history: readonly StandInModel[],
): void {
  const commits = history.map((model) => ({
    id: model.sha,
    title: model.title ?? 'Update',
    message: '',
    authors: [{ user: 'author', avatar: 'https://huggingface.co/avatars/author.svg' }],
    date: dateOf(model),
  }));
  sendPage(request, response, commits, Number(searchOf(request).get('limit') ?? 50));
}

/** `/api/models?sort=downloads&direction=-1&limit=N&filter=tag…`, `limit` being the length of a page. */
export function sendModels(request: IncomingMessage, response: ServerResponse, context: ApiContext): void {
  const search = searchOf(request);
  const limit = Number(search.get('limit') ?? context.pageSize);
  const order = search.get('sort') === 'downloads' && search.get('direction') === '-1' ? 1 : -1;
  const models = context.models
    .filter((model, at) => context.models.findIndex(({ name }) => name === model.name) === at)
    .filter((model) => !model.private)
    .filter((model) => search.getAll('filter').every((tag) => model.tags?.includes(tag)))
    .toSorted((a, b) => order * ((b.downloads ?? 0) - (a.downloads ?? 0)))
    .map((model) => ({
      _id: idOf(model.name),
      id: model.name,
      private: false,
      gated: model.gated ? 'auto' : false,
      downloads: model.downloads ?? 0,
      likes: 0,
      lastModified: dateOf(model),
      sha: model.sha,
    }));
  sendPage(request, response, models, Math.min(limit, context.pageSize));
}

function dateOf({ date = '2024-01-01T00:00:00.000Z' }: StandInModel): string {
  return date;
}

function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  entries: readonly unknown[],
  size: number,
): void {
  const start = Number(searchOf(request).get('cursor') ?? 0);
  const next = new URL(request.url ?? '/', `http://${request.headers.host}`);
  next.searchParams.set('cursor', String(start + size));
  const more = start + size < entries.length;
  sendJson(
    response,
    200,
    entries.slice(start, start + size),
    more ? { Link: `<${next.href}>; rel="next"` } : {},
  );
}

function searchOf(request: IncomingMessage): URLSearchParams {
  return new URL(request.url ?? '/', 'http://hub').searchParams;
}

function idOf(name: string): string {
  return createHash('sha1').update(name).digest('hex').slice(0, 24);
}
