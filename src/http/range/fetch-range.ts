import { bodyExcerpt } from '../http-error.ts';
import { safeUrl } from '../redact.ts';
import { TransientError } from '../transient.ts';
import { checkRange, rangeHeader, type RangeAnswer, type RangeRequest, type Sink } from './byte-range.ts';

/** A range by `fetch`: slower than a connection of our own, but it speaks all of HTTP, and to proxies. */
export async function fetchRange(
  request: RangeRequest,
  sink: Sink,
  { stallTime, signal }: { stallTime: number; signal: AbortSignal | undefined },
): Promise<RangeAnswer> {
  const stall = new AbortController();
  const timer = setTimeout(() => {
    stall.abort(new TransientError(`no byte from ${request.url.host} for ${stallTime / 1000} s`));
  }, stallTime);
  try {
    const response = await fetch(request.url, {
      headers: { ...request.headers, Range: rangeHeader(request.range), 'Accept-Encoding': 'identity' },
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal,
    });
    const { status, headers } = response;
    if (status !== 206 && status !== 200) return { status, headers, body: await bodyExcerpt(response) };
    try {
      checkRange(request, status, headers);
      await fill(response, sink, () => timer.refresh());
    } catch (error) {
      stall.abort(error);
      throw error;
    }
    if (sink.filled < sink.target.length) {
      const got = `${sink.filled} of ${sink.target.length} bytes`;
      throw new TransientError(`${safeUrl(request.url)} ended its answer after ${got}`);
    }
    return { status, headers, body: '' };
  } finally {
    clearTimeout(timer);
  }
}

async function fill(response: Response, sink: Sink, onBytes: () => void): Promise<void> {
  if (!response.body) return;
  for await (const bytes of response.body) {
    onBytes();
    if (sink.filled + bytes.length > sink.target.length) {
      throw new TransientError('more bytes than the answer announced');
    }
    sink.target.set(bytes, sink.filled);
    sink.filled += bytes.length;
  }
}
