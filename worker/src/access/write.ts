/**
 * Who may write. Tokens with scopes and GitHub's OIDC come here: a route asks `checkWrite` and nothing else.
 */
import { OciError } from '../errors.ts';
import type { Settings } from '../settings.ts';

/**
 * @throws OciError 401 with a challenge where proof is missing or wrong, 403 where nobody may write. Without
 * WRITE_ACCESS nobody may.
 */
export async function checkWrite(request: Request, settings: Settings): Promise<void> {
  switch (settings.WRITE_ACCESS) {
    case 'open':
      return;
    case 'token': {
      const expected = settings.WRITE_TOKEN;
      const given = credential(request.headers.get('Authorization'));
      if (expected && given !== undefined && (await equals(given, expected))) return;
      throw new OciError('UNAUTHORIZED', 'writing needs a token: sign in with `docker login`', {
        headers: { 'WWW-Authenticate': 'Basic realm="registry", charset="UTF-8"' },
      });
    }
    default:
      throw new OciError('DENIED', 'this registry takes no pushes');
  }
}

/**
 * What `GET /v2/` asks for. It has to challenge wherever writing needs proof, although reads are open: clients that
 * are not challenged there never send credentials.
 */
export async function checkSignIn(request: Request, settings: Settings): Promise<void> {
  if (settings.WRITE_ACCESS === 'token') await checkWrite(request, settings);
}

/** The token of `Bearer <token>`, or the password of `Basic` with any user. */
function credential(authorization: string | null): string | undefined {
  const match = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? '');
  const [, scheme, value] = match ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  try {
    const bytes = Uint8Array.from(atob(value), (char) => char.charCodeAt(0));
    const pair = new TextDecoder().decode(bytes);
    const colon = pair.indexOf(':');
    return colon < 0 ? undefined : pair.slice(colon + 1);
  } catch {
    return undefined; // not base64: the same as no credential
  }
}

/** In a time that tells nothing of where two texts differ, nor of their lengths. */
async function equals(a: string, b: string): Promise<boolean> {
  const [x, y] = await Promise.all([hash(a), hash(b)]);
  let difference = 0;
  for (const [index, byte] of x.entries()) difference |= byte ^ (y[index] ?? 0);
  return difference === 0;
}

async function hash(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
