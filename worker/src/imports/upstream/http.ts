/** Requests that wait only so long, and answers that are only so large. */
import { inTime } from '../../in-time.ts';
import { Stalled } from '../../uploads/read.ts';

/** Seconds that an upstream may take to begin its answer, or to send nothing. */
export const PATIENCE_S = 60;
const MAX_JSON = 1024 * 1024;

export interface Sending extends Omit<RequestInit, 'signal' | 'redirect'> {
  /** Seconds. */
  patience?: number;
}

/** Sends a request and waits for the head of its answer; redirects are the caller's. @throws Stalled */
export async function send(url: URL, { patience = PATIENCE_S, ...init }: Sending = {}): Promise<Response> {
  const abort = new AbortController();
  const late = new Stalled(`${url.host} did not answer within ${patience} s`);
  const timer = setTimeout(() => abort.abort(late), patience * 1000);
  try {
    return await fetch(url, { ...init, redirect: 'manual', signal: abort.signal });
  } catch (error) {
    if (abort.signal.aborted) throw late;
    throw new Error(`${url.host} cannot be reached: ${String(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @returns the whole body
 * @throws RangeError once it is longer than `limit` bytes; Stalled when nothing comes for too long
 */
export async function readBytes(
  response: Response,
  { limit, patience = PATIENCE_S }: { limit: number; patience?: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const late = (): Error => new Stalled(`nothing came for ${patience} s`);
  const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>> | null)?.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    for (;;) {
      const piece = reader === undefined ? undefined : (await inTime(reader.read(), patience, late)).value;
      if (piece === undefined) return new Uint8Array(await new Blob(pieces).arrayBuffer());
      size += piece.length;
      if (size > limit) throw new RangeError(`the answer is longer than ${limit} bytes`);
      pieces.push(piece);
    }
  } catch (error) {
    await reader?.cancel().catch(() => undefined); // it may be what broke
    throw error;
  }
}

/** @returns an empty object for what is no JSON object */
export async function readJson(response: Response): Promise<Record<string, unknown>> {
  const bytes = await readBytes(response, { limit: MAX_JSON });
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
