import { causes } from './causes.ts';
import { HttpError } from './http-error.ts';

/** A body that ended early, a connection that stalled: asking again may well go better. */
export class TransientError extends Error {
  override name = 'TransientError';
}

const transientStatus = new Set([408, 429, 500, 502, 503, 504]);

/** System, undici and TLS codes of connections that could not be made or broke. A name that doesn't exist is not among them. */
const transientCodes = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'EPIPE',
  'EPROTO',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET',
  'HPE_INVALID_EOF_STATE',
]);

/**
 * Whether the same request may succeed a little later: 408, 429, 500, 502, 503, 504, a connection that could not be
 * made or broke, a timeout, a truncated body. `fetch` wraps what happened, so causes are looked at too. An abort by
 * the caller is never transient.
 */
export function isTransient(error: unknown): boolean {
  for (const cause of causes(error)) {
    if (cause instanceof HttpError) return transientStatus.has(cause.status);
    if (cause instanceof TransientError || cause.name === 'TimeoutError') return true;
    if ('code' in cause && typeof cause.code === 'string' && transientCodes.has(cause.code)) return true;
    // A host with several addresses, none of which could be reached.
    if ('errors' in cause && Array.isArray(cause.errors) && cause.errors.some(isTransient)) return true;
  }
  return false;
}

/** Whether a port of this machine refused the connection: nothing listens there, and no network is to blame. */
export function isRefusedHere(error: unknown): boolean {
  for (const cause of causes(error)) {
    if ('errors' in cause && Array.isArray(cause.errors)) return cause.errors.every(isRefusedHere);
    if (!('code' in cause) || cause.code !== 'ECONNREFUSED') continue;
    return 'address' in cause && /^(?:127\.|::1$)/.test(String(cause.address));
  }
  return false;
}
