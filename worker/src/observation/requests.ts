/** What there is to know about each request afterwards: an id for the client, a line for the log, and pulls for the statistics. */
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AppTypes, RouteContext } from '../environment.ts';
import type { Observed } from './observed.ts';
import { writePull } from './pulls.ts';

/** Comes before all others, since it sees their errors as answers. */
export const observe: MiddlewareHandler<AppTypes> = async (c, next) => {
  const start = Date.now();
  // Cloudflare's own id, where there is one, is in its logs, too.
  const id = c.req.header('CF-Ray') ?? crypto.randomUUID();
  c.set('requestId', id);
  await next();
  c.res.headers.set('X-Request-Id', id);
  const { REQUEST_LOG, PULLS } = c.env;
  if (REQUEST_LOG !== 'on' && PULLS === undefined) return;
  const observed = describe(c, id, Date.now() - start);
  if (REQUEST_LOG === 'on') console.log(JSON.stringify(observed));
  if (PULLS !== undefined) writePull(PULLS, observed);
};

function describe(c: RouteContext, id: string, duration: number): Observed {
  const { method } = c.req;
  // The one that answered: those of the site would take any path.
  const path = matchedRoutes(c)[c.req.routeIndex]?.path ?? '';
  const route = path === '*' || path === '/*' ? '' : path.replaceAll(/\{[^}]*\}/g, '');
  const digest = c.res.headers.get('Docker-Content-Digest');
  return {
    id,
    method,
    route,
    ...partsOf(c.req.path, route),
    ...(digest === null ? {} : { digest }),
    status: c.res.status,
    bytes: method === 'HEAD' ? 0 : lengthOf(c.res.headers.get('Content-Length')),
    received: lengthOf(c.req.header('Content-Length') ?? null),
    duration,
  };
}

/** What the path has where the route has `:name` and `:reference` or `:digest`. */
function partsOf(path: string, route: string): Pick<Observed, 'repository' | 'reference'> {
  const source = route
    .replace(':name', '(?<name>.+?)')
    .replace(/:(?:reference|digest)/, '(?<reference>[^/]+)')
    .replace(/:(?:id|path|range)/, '.+');
  const { name, reference } = new RegExp(`^${source}$`).exec(path)?.groups ?? {};
  return {
    ...(name === undefined ? {} : { repository: name }),
    ...(reference === undefined ? {} : { reference }),
  };
}

function lengthOf(header: string | null): number {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : 0;
}
