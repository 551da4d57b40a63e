/** A stand-in for what GitHub's REST API has of a repository: branches, commits of text files, and pull requests. */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface PullRequest {
  number: number;
  html_url: string;
  head: string;
  base: string;
  title: string;
  body: string;
}

interface Commit {
  message: string;
  parents: string[];
  /** Path → text. */
  files: Record<string, string>;
}

export interface RepositoryStandIn {
  /** For GITHUB_API_URL. */
  url: string;
  /** Branch → commit. */
  branches: Map<string, string>;
  commits: Map<string, Commit>;
  /** The open ones. */
  pulls: PullRequest[];
  /** Refuses pull requests as a repository does that does not let GitHub Actions open any. */
  forbidPulls: boolean;
  close: () => Promise<void>;
}

/** Of acme/models. @param token the one that it takes */
export async function startRepository(token: string): Promise<RepositoryStandIn> {
  const repository: RepositoryStandIn = {
    url: '',
    branches: new Map(),
    commits: new Map(),
    pulls: [],
    forbidPulls: false,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const trees = new Map<string, Record<string, string>>();
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const answer =
        request.headers.authorization === `token ${token}`
          ? route(repository, trees, { request, body: body === '' ? {} : (JSON.parse(body) as Body) })
          : { status: 401, json: { message: 'Bad credentials' } };
      send(response, answer);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  repository.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return repository;
}

interface Answer {
  status: number;
  json?: unknown;
  raw?: string;
}

/** What is sent with the requests that are known here. */
interface Body {
  ref?: string;
  sha?: string;
  base_tree?: string;
  tree?: { path: string; content: string }[] | string;
  message?: string;
  parents?: string[];
  title?: string;
  body?: string;
  head?: string;
  base?: string;
}

function route(
  { branches, commits, pulls, forbidPulls, url }: RepositoryStandIn,
  trees: Map<string, Record<string, string>>,
  { request, body }: { request: IncomingMessage; body: Body },
): Answer {
  const { pathname, searchParams } = new URL(request.url ?? '/', url);
  const [, place = '', rest = ''] =
    /^\/repos\/acme\/models\/(git\/\w+|contents|pulls)\/?(.*)$/.exec(pathname) ?? [];
  const name = decodeURIComponent(rest);
  const branch = name.replace(/^heads\//, '');
  switch (`${request.method} ${place}`) {
    case 'GET contents': {
      const found = commits.get(searchParams.get('ref') ?? '')?.files[name];
      return found === undefined
        ? { status: 404, json: { message: 'Not Found' } }
        : { status: 200, raw: found };
    }
    case 'GET git/ref': {
      const sha = branches.get(branch);
      return sha === undefined ? { status: 404, json: {} } : { status: 200, json: { object: { sha } } };
    }
    case 'GET git/commits':
      trees.set(treeOf(name), commits.get(name)?.files ?? {});
      return { status: 200, json: { sha: name, tree: { sha: treeOf(name) } } };
    case 'POST git/trees': {
      const changed = (body.tree as { path: string; content: string }[]).map(({ path, content }) => [
        path,
        content,
      ]);
      const sha = randomUUID();
      trees.set(sha, { ...trees.get(body.base_tree ?? ''), ...(Object.fromEntries(changed) as object) });
      return { status: 201, json: { sha } };
    }
    case 'POST git/commits': {
      const sha = createHash('sha1').update(randomUUID()).digest('hex');
      const files = trees.get(body.tree as string) ?? {};
      commits.set(sha, { message: body.message ?? '', parents: body.parents ?? [], files });
      return { status: 201, json: { sha } };
    }
    case 'POST git/refs':
      branches.set((body.ref ?? '').replace('refs/heads/', ''), body.sha ?? '');
      return { status: 201, json: {} };
    case 'PATCH git/refs':
      branches.set(branch, body.sha ?? '');
      return { status: 200, json: {} };
    case 'GET pulls':
      return { status: 200, json: pulls.filter(({ head }) => `acme:${head}` === searchParams.get('head')) };
    case 'POST pulls': {
      if (forbidPulls) {
        const message = 'GitHub Actions is not permitted to create or approve pull requests.';
        return { status: 403, json: { message } };
      }
      const { head = '', base = '', title = '', body: said = '' } = body;
      const number = pulls.length + 1;
      pulls.push({
        number,
        html_url: `https://github.com/acme/models/pull/${number}`,
        head,
        base,
        title,
        body: said,
      });
      return { status: 201, json: pulls.at(-1) };
    }
    case 'PATCH pulls': {
      const pull = pulls.find(({ number }) => number === Number(name));
      Object.assign(pull ?? {}, { title: body.title, body: body.body });
      return { status: 200, json: pull };
    }
    default:
      return { status: 404, json: { message: `no such route: ${request.method} ${request.url}` } };
  }
}

function treeOf(commit: string): string {
  return `tree-of-${commit}`;
}

function send(response: ServerResponse, { status, json, raw }: Answer): void {
  const type = raw === undefined ? 'application/json' : 'application/vnd.github.raw';
  response.writeHead(status, { 'Content-Type': `${type}; charset=utf-8` }).end(raw ?? JSON.stringify(json));
}
