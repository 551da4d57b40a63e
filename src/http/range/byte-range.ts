import { safeUrl } from '../redact.ts';

/** A piece of a representation whose whole size is known beforehand. All in bytes; `length` is at least 1. */
export interface ByteRange {
  offset: number;
  length: number;
  total: number;
}

export interface RangeRequest {
  url: URL;
  range: ByteRange;
  headers: Record<string, string>;
}

/** Where a range's bytes go; `filled` says how many have arrived, also when the request then failed. */
export interface Sink {
  /** `range.length` bytes. */
  readonly target: Uint8Array;
  filled: number;
}

/** A 206 means that the sink is full. `body` is the start of an error's text. */
export interface RangeAnswer {
  status: number;
  headers: Headers;
  body: string;
}

/** A server that answers something else than the asked bytes, which must never be taken for them. */
export class RangeMismatchError extends Error {
  override name = 'RangeMismatchError';
}

/** The value of the `Range` header (RFC 9110, 14.2). */
export function rangeHeader({ offset, length }: ByteRange): string {
  return `bytes=${offset}-${offset + length - 1}`;
}

/**
 * Holds an answer with a body to what was asked: 206, exactly this `Content-Range` (RFC 9110, 14.4) and, where it is
 * given, this `Content-Length`, uncompressed. A 200 is the whole file, not a range of it.
 * @throws RangeMismatchError
 */
export function checkRange({ url, range }: RangeRequest, status: number, headers: Headers): void {
  const { offset, length, total } = range;
  const last = offset + length - 1;
  const asked = `${safeUrl(url)} was asked for bytes ${offset}-${last} of ${total}`;
  if (status !== 206) throw new RangeMismatchError(`${asked} and answered ${status} instead of 206`);
  const contentRange = headers.get('content-range');
  if (contentRange?.trim() !== `bytes ${offset}-${last}/${total}`) {
    const given = contentRange === null ? 'without a Content-Range' : `with Content-Range "${contentRange}"`;
    throw new RangeMismatchError(`${asked} and answered ${given}`);
  }
  const contentLength = headers.get('content-length');
  if (contentLength !== null && contentLength !== String(length)) {
    throw new RangeMismatchError(`${asked} and answered with Content-Length ${contentLength}`);
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new RangeMismatchError(`${asked} and answered with Content-Encoding "${encoding}"`);
  }
}
