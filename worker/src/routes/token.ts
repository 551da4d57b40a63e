/**
 * `/token`: a credential for a short-lived token that carries what was asked for and allowed.
 * @see https://distribution.github.io/distribution/spec/auth/token/ (GET) and …/auth/oauth/ (POST)
 */
import { anonymous, prove, type Caller } from '../access/caller.ts';
import { addressOf } from '../access/challenge.ts';
import { CredentialError, credentialOf, type Credential } from '../access/credential.ts';
import { openGrants } from '../access/policy.ts';
import { signRegistryToken } from '../access/registry-token.ts';
import { formatScopes, narrow, parseScopes, type Scope } from '../access/scopes.ts';
import { isGranted } from '../access/actions.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';

/** Seconds. Clients that hold a password come again. */
const LIFETIME = 300;
/** Seconds. A workflow's own token is dead long before a large push is over, and cannot be presented again. */
const WORKFLOW_LIFETIME = 3600;
/** How many scopes there may be, and characters of them all: a token has to fit into a header. */
const MAX_SCOPES = 32;
const MAX_SCOPE = 4096;
/** Bytes. */
const MAX_FORM = 32 * 1024;

interface TokenRequest {
  credential: Credential | undefined;
  /** Separated by spaces. */
  scope: string;
}

/** `GET /token?service=…&scope=…`, with a password as `Basic` or without one. */
export function readToken(c: RouteContext): Promise<Response> {
  return answer(c, () => ({
    credential: credentialOf(c.req.header('Authorization')),
    scope: (c.req.queries('scope') ?? []).join(' '),
  }));
}

/** `POST /token` with a form: `grant_type=password`, or `refresh_token` with a token in the place of a password. */
export function createToken(c: RouteContext): Promise<Response> {
  return answer(c, async () => {
    const form = new URLSearchParams(await readForm(c.req.raw));
    const secret = form.get('password') ?? form.get('refresh_token');
    const credential = secret ? { secret } : credentialOf(c.req.header('Authorization'));
    return { credential, scope: form.getAll('scope').join(' ') };
  });
}

async function answer(c: RouteContext, read: () => TokenRequest | Promise<TokenRequest>): Promise<Response> {
  try {
    const { credential, scope } = await read();
    const scopes = readScopes(scope);
    const { host } = addressOf(c.req.raw);
    const caller = credential ? await prove(credential, c.env) : visitor(c);
    const access = narrow(scopes, caller.grants);
    const lifetime = lifetimeFor(caller);
    const signing = { secret: c.env.TOKEN_SECRET, host };
    const token = await signRegistryToken({ subject: caller.name, access }, lifetime, signing);
    return c.json(
      {
        token,
        access_token: token,
        scope: formatScopes(access), // may be less than was asked for (RFC 6749, section 5.1)
        expires_in: lifetime,
        issued_at: new Date().toISOString(),
      },
      { headers: { 'Cache-Control': 'no-store' } },
    );
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    throw new OciError('UNAUTHORIZED', error.message, {
      headers: { 'WWW-Authenticate': 'Basic realm="registry", charset="UTF-8"' },
    });
  }
}

/** @throws OciError 400 for more than a token can hold */
function readScopes(text: string): Scope[] {
  if (text.length > MAX_SCOPE) throw tooMany(`${MAX_SCOPE} characters of scopes`);
  const scopes = parseScopes(text);
  if (scopes.length > MAX_SCOPES) throw tooMany(`${MAX_SCOPES} scopes`);
  return scopes;
}

function tooMany(limit: string): OciError {
  return new OciError('UNSUPPORTED', `a token has at most ${limit}`, { status: 400 });
}

/** @throws CredentialError where there is nothing for those who don't say who they are */
function visitor(c: RouteContext): Caller {
  if (isGranted(openGrants(c.env), 'pull')) return anonymous(c.env);
  throw new CredentialError('this registry is private: sign in with `docker login`');
}

function lifetimeFor({ kind, expires = Infinity }: Caller): number {
  const lifetime = kind === 'workflow' ? WORKFLOW_LIFETIME : LIFETIME;
  return Math.max(1, Math.min(lifetime, Math.floor((expires - Date.now()) / 1000)));
}

async function readForm(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    size += piece.length;
    if (size > MAX_FORM) {
      throw new OciError('SIZE_INVALID', `a form has at most ${MAX_FORM} bytes`, { status: 413 });
    }
    text += decoder.decode(piece, { stream: true });
  }
  return text;
}
