/** Sends a page. */
import { html } from 'hono/html';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { RouteContext } from '../environment.ts';
import { cachingOf } from '../routes/models.ts';
import { isKnown } from '../routes/conditions.ts';
import { setPageHeaders } from './headers.ts';

/** With an ETag of all that the page says, so that to look again costs a 304. */
export async function sendPage(c: RouteContext, page: JSX.Element): Promise<Response> {
  const text = await htmlOf(page);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  const etag = `W/"${Array.from(hash.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('')}"`;
  setPageHeaders(c);
  c.header('Cache-Control', cachingOf(c)['Cache-Control']);
  c.header('ETag', etag);
  return isKnown(c.req.header('If-None-Match'), etag) ? c.body(null, 304) : c.html(text);
}

export async function htmlOf(page: JSX.Element): Promise<string> {
  return (await html`<!doctype html>${page}`).toString();
}
