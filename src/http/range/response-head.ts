/**
 * The head of an HTTP/1.1 response (RFC 9112, 4 and 5): a status line and header fields, each ended by CRLF, then an
 * empty line. Deliberately strict: what is not plain HTTP/1.1 is left to `fetch`.
 */
export interface ResponseHead {
  status: number;
  headers: Headers;
  /** Whether the server keeps the connection open after the body. */
  keepAlive: boolean;
}

/** An answer that is perhaps correct, but more than these connections understand. */
export class UnsupportedAnswerError extends Error {
  override name = 'UnsupportedAnswerError';
}

const statusLine = /^HTTP\/1\.1 ([2-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
// A name is a token; a value holds visible characters, spaces and tabs. Folded lines (obs-fold) don't match.
const headerField = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

/** Fields of which a second one means that two parties could read the answer in two ways. */
const single = new Set(['content-length', 'content-range', 'location', 'transfer-encoding']);

/**
 * @param text the head as latin1, without the empty line that ends it
 * @throws UnsupportedAnswerError
 */
export function parseResponseHead(text: string): ResponseHead {
  const [first = '', ...lines] = text.split('\r\n');
  const status = statusLine.exec(first)?.[1];
  if (status === undefined)
    throw new UnsupportedAnswerError(`status line ${JSON.stringify(first.slice(0, 80))}`);
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = headerField.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new UnsupportedAnswerError(`header line ${JSON.stringify(line.slice(0, 80))}`);
    }
    if (single.has(name.toLowerCase()) && headers.has(name)) {
      throw new UnsupportedAnswerError(`${name} given twice`);
    }
    headers.append(name, value);
  }
  const length = headers.get('content-length');
  if (length !== null && !/^\d{1,15}$/.test(length))
    throw new UnsupportedAnswerError(`Content-Length ${length}`);
  const connection = (headers.get('connection') ?? '').toLowerCase();
  return { status: Number(status), headers, keepAlive: !/\bclose\b/.test(connection) };
}
