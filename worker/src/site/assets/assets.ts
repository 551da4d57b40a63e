/** The stylesheet, the script and the logo: files of the site's own, so that its policy allows nothing else. */
import type { RouteContext } from '../../environment.ts';
import { IMMUTABLE } from '../../routes/caching.ts';
import type { Accent } from '../accent.ts';
import { brandOf, type Brand } from '../brand.ts';
import { SCRIPT, STYLESHEET } from '../addresses.ts';
import script from './site.browser.js';
import styles from './style.css';

export interface Assets {
  styles: string;
  script: string;
  /** Changes with their content: it is in their addresses. */
  version: string;
}

const known = new WeakMap<Brand, Promise<Assets>>();

export function assetsOf(brand: Brand): Promise<Assets> {
  const made = known.get(brand) ?? makeAssets(brand);
  known.set(brand, made);
  return made;
}

async function makeAssets({ accent: { light, dark } }: Brand): Promise<Assets> {
  const accented = `:root{--accent:light-dark(${light},${dark})}\n${styles}`;
  const hash = new Uint8Array(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accented + script)),
  );
  const version = Array.from(hash.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { styles: accented, script, version };
}

/** Serves the stylesheet or the script; what another version asks for gets this one, and does not keep it. */
export async function readAsset(c: RouteContext): Promise<Response> {
  const { styles: css, script: js, version } = await assetsOf(brandOf(c.env));
  const isCurrent = c.req.query(version) !== undefined;
  c.header('Cache-Control', isCurrent ? IMMUTABLE : 'no-cache');
  if (c.req.path === STYLESHEET) return c.body(css, 200, { 'Content-Type': 'text/css; charset=utf-8' });
  if (c.req.path === SCRIPT) return c.body(js, 200, { 'Content-Type': 'text/javascript; charset=utf-8' });
  return c.notFound();
}

/** Without one of the operator's: three layers, in both schemes. */
function layersLogo({ light, dark }: Accent): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>path{fill:none;stroke:${light};stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}.top{fill:${light}}@media(prefers-color-scheme:dark){path{stroke:${dark}}.top{fill:${dark}}}</style><path class="top" d="m16 4 12 6-12 6L4 10z"/><path d="m4 16 12 6 12-6M4 22l12 6 12-6"/></svg>`;
}

export function readLogo(c: RouteContext): Response {
  const { logo, accent } = brandOf(c.env);
  return c.body(logo?.bytes ?? layersLogo(accent), 200, {
    'Content-Type': logo?.contentType ?? 'image/svg+xml',
    'Cache-Control': 'public, max-age=3600',
    // An SVG that somebody opens by itself is a page.
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  });
}
