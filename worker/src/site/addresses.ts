/** Addresses of the site's own pages and files. */

/** No component of a model's name begins with a dash, so nothing of the site is a model. */
export const STYLESHEET = '/-/style.css';
export const SCRIPT = '/-/site.js';
export const LOGO = '/-/logo';

export function modelHref(name: string): string {
  return `/${name}`;
}

/** The page of one image of the model, with a file chosen or a folder opened. */
export function imageHref(
  name: string,
  { reference, file, folder }: { reference?: string; file?: string; folder?: string },
): string {
  const parameters = new URLSearchParams({
    ...(reference === undefined ? {} : { reference }),
    ...(file === undefined ? {} : { file }),
    ...(folder === undefined ? {} : { folder }),
  }).toString();
  return modelHref(name) + (parameters === '' ? '' : `?${parameters}`);
}

/** Downloads one file. */
export function fileHref(name: string, reference: string, path: string): string {
  return `/${name}/-/files/${reference}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

export function compareHref(name: string, from: string, to: string): string {
  return `/${name}/compare/${from}...${to}`;
}

/** An address that somebody else has written, where a page may lead to it. */
export function outsideHref(text: string | undefined): string | undefined {
  const url = URL.parse(text ?? '');
  return url !== null && ['https:', 'http:'].includes(url.protocol) ? url.href : undefined;
}
