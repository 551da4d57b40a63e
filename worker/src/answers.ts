/** What a request is told when its route has no answer. */
import type { Hono } from 'hono';
import { METHOD_NAME_ALL } from 'hono/router';
import type { AppTypes, RouteContext } from './environment.ts';
import { OciError } from './errors.ts';
import { SettingsError } from './settings.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Writes what went wrong inside to the log: the answer does not tell it. */
export function answerError(error: Error): OciError {
  if (error instanceof OciError) return error;
  console.error(error);
  if (error instanceof SettingsError) {
    return new OciError('UNKNOWN', `the registry is not set up right: ${error.message}`);
  }
  return new OciError('UNKNOWN', 'something went wrong here: try again');
}

/** 405 with what is possible at the path instead (RFC 9110, section 15.5.6), or 404 where nothing is. */
export function answerUnknown(app: Hono<AppTypes>, { req: { method, path } }: RouteContext): OciError {
  const methods = METHODS.filter((each) => hasRoute(app, each === 'HEAD' ? 'GET' : each, path));
  if (methods.length === 0 || methods.includes(method)) {
    return new OciError('NAME_UNKNOWN', `there is nothing at ${path}`);
  }
  const headers = { Allow: methods.join(', ') };
  return new OciError('UNSUPPORTED', `${method} is not possible at ${path}`, { headers });
}

function hasRoute(app: Hono<AppTypes>, method: string, path: string): boolean {
  const [found] = app.router.match(method, path);
  // What runs for all methods is middleware.
  return found.some(([[, route]]) => route.method !== METHOD_NAME_ALL);
}
