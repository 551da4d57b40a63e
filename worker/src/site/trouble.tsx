/** Errors as pages, for those who look with a browser. */
import { search } from '../catalogue/search.ts';
import { answerError } from '../answers.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { readList } from '../routes/models.ts';
import { ErrorPage, UnknownModelPage } from './errors.tsx';
import { frameOf } from './frame.ts';
import { setPageHeaders } from './headers.ts';
import { htmlOf } from './respond.ts';

const MAX_SIMILAR = 5;

/** Whether a person asks: clients of containers and of the API want errors as JSON. */
export function wantsPage(c: RouteContext): boolean {
  const { method, path } = c.req;
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (['v2', 'api', 'token', 'healthz'].includes(path.split('/')[1] ?? '')) return false;
  return c.req.header('Accept')?.includes('text/html') === true;
}

/** The page of an error, with the error's own status and headers; as JSON where not even a page can be made. */
export async function sendTrouble(c: RouteContext, error: OciError): Promise<Response> {
  let page: string;
  try {
    page = await pageOf(c, error);
  } catch (another) {
    if (error.status >= 500) return error.toResponse();
    return answerError(another as Error).toResponse();
  }
  setPageHeaders(c);
  c.header('Cache-Control', 'no-store');
  for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
  return c.html(page, error.status);
}

async function pageOf(c: RouteContext, error: OciError): Promise<string> {
  const frame = await frameOf(c);
  const { status, message, code } = error;
  if (code === 'NAME_UNKNOWN' || code === 'NAME_INVALID') {
    const name = nameOf(c);
    const similar = (await similarTo(c, name)).slice(0, MAX_SIMILAR);
    return htmlOf(<UnknownModelPage frame={frame} name={name} similar={similar} now={Date.now()} />);
  }
  const id = c.get('requestId');
  return htmlOf(
    <ErrorPage frame={frame} trouble={{ status, message, ...(id === undefined ? {} : { id }) }} />,
  );
}

function nameOf(c: RouteContext): string {
  return c.req.param('name') ?? c.req.path.slice(1);
}

/** Names that have most in common: a search for each part, the model's own first. */
async function similarTo(c: RouteContext, name: string) {
  const { models } = await readList(c);
  const own = name.toLowerCase().split('/').at(-1) ?? '';
  const words = [own, ...own.split(/[._-]+/).filter((word) => word.length > 2)];
  for (const word of words) {
    const found = search(models, word);
    if (word !== '' && found.length > 0) return found;
  }
  return [];
}
