import type { HeaderFields } from './header-fields.ts';
import { redact, safeUrl } from './redact.ts';

/** Bytes of an error's body that are read: enough for a registry's or the Hub's JSON. */
const excerptBytes = 4096;

export interface HttpErrorInit {
  method: string;
  url: string | URL;
  status: number;
  headers: HeaderFields;
  /** The first bytes of the answer's body, as text. */
  body?: string;
}

/**
 * An answer whose status is not the wanted one. Neither the message nor what a console shows of it holds a
 * query string (signed URLs) or a token.
 */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly method: string;
  /** Without user name, password and query. */
  readonly url: string;
  readonly status: number;
  /** What the server said, at most 4096 bytes, secrets taken out; empty when it said nothing. */
  readonly body: string;
  // Behind a getter, so that a console that prints the error doesn't print cookies and signed locations.
  readonly #headers: HeaderFields;

  constructor({ method, url, status, headers, body = '' }: HttpErrorInit) {
    const safeBody = redact(body.slice(0, excerptBytes)).trim();
    const said = oneLine(safeBody);
    super(`${method} ${safeUrl(url)} answered ${status}${said === '' ? '' : `: ${said}`}`);
    this.method = method;
    this.url = safeUrl(url);
    this.status = status;
    this.body = safeBody;
    this.#headers = headers;
  }

  get headers(): HeaderFields {
    return this.#headers;
  }

  /** Reads the start of the body, and gives the rest of it up. */
  static async of(response: Response, request: { method?: string; url: string | URL }): Promise<HttpError> {
    const { status, headers } = response;
    const body = await bodyExcerpt(response);
    return new HttpError({ method: request.method ?? 'GET', url: request.url, status, headers, body });
  }
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** The first 4096 bytes or so of an answer's body, as text; the rest is given up. */
export async function bodyExcerpt(response: Response): Promise<string> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  try {
    while (text.length < excerptBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // The status is what matters: a body that breaks off takes nothing from it.
  }
  await reader.cancel().catch(() => undefined);
  return text;
}
