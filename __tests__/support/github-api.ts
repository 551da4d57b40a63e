/** A stand-in for GitHub's REST API: runs of a workflow, and a file at a commit. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitHubStandIn {
  /** For GITHUB_API_URL. */
  url: string;
  /** Newest first. */
  runs: WorkflowRun[];
  /** `path@commit` → text. */
  files: Map<string, string>;
  /** `GET /path?query` */
  requests: string[];
  /** Answers everything with this status from now on. */
  refuse: (status: number) => void;
  close: () => Promise<void>;
}

export interface WorkflowRun {
  head_sha: string;
  conclusion: 'success' | 'failure' | 'cancelled' | null;
  /** `main` by default. */
  branch?: string;
}

/** @param token the one that it takes. */
export async function startGitHub(token: string): Promise<GitHubStandIn> {
  let status = 200;
  const standIn: GitHubStandIn = {
    url: '',
    runs: [],
    files: new Map(),
    requests: [],
    refuse: (next) => {
      status = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((request, response) => {
    standIn.requests.push(`${request.method} ${request.url}`);
    if (request.headers.authorization !== `token ${token}`) {
      return sendJson(response, 401, { message: 'Bad credentials' });
    }
    if (status !== 200)
      return sendJson(response, status, { message: 'Resource not accessible by integration' });
    return answer(standIn, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  standIn.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return standIn;
}

const RUNS = /^\/repos\/acme\/models\/actions\/workflows\/publish\.yml\/runs$/;
const CONTENTS = /^\/repos\/acme\/models\/contents\/(.+)$/;

function answer({ runs, files }: GitHubStandIn, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://github');
  if (RUNS.test(pathname)) {
    const wanted = runs.filter(
      ({ branch = 'main', conclusion }) =>
        branch === searchParams.get('branch') &&
        (searchParams.get('status') === null || conclusion === searchParams.get('status')),
    );
    const page = wanted.slice(0, Number(searchParams.get('per_page') ?? 30));
    return sendJson(response, 200, { total_count: wanted.length, workflow_runs: page });
  }
  const path = decodeURIComponent(CONTENTS.exec(pathname)?.[1] ?? '');
  const text = files.get(`${path}@${searchParams.get('ref')}`);
  if (text === undefined) return sendJson(response, 404, { message: 'Not Found' });
  if (!/\.raw\b/.test(request.headers.accept ?? '')) {
    return sendJson(response, 200, { type: 'file', content: Buffer.from(text).toString('base64') });
  }
  response.writeHead(200, { 'Content-Type': 'application/vnd.github.v3.raw; charset=utf-8' }).end(text);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
