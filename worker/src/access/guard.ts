/**
 * The door of every route. A route names the action it is, `may('push')`, and is reached by who may do that. Whether
 * something exists is not looked at before, so refusals don't tell.
 */
import type { MiddlewareHandler } from 'hono';
import type { AppTypes, RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { repositoryOf } from '../routes/parameters.ts';
import { ALL_NAMES, isGranted, isReading, isRegistryAction, type Action } from './actions.ts';
import { anonymous, ANONYMOUS, identify, type Caller } from './caller.ts';
import { addressOf, challenge } from './challenge.ts';
import { CredentialError, credentialOf } from './credential.ts';
import { checkOrigin } from './host.ts';
import { takesWrites } from './policy.ts';
import { scopeFor } from './scopes.ts';

/** Lets those through who may do this to the repository that the path names, or to the registry as a whole. */
export function may(action: Action): MiddlewareHandler<AppTypes> {
  return async (c, next) => {
    await checkAccess(c, action, isRegistryAction(action) ? ALL_NAMES : repositoryOf(c));
    await next();
  };
}

/**
 * Lets those through who may see the model that the path names, as people do in a browser: it asks them to sign in
 * where reading needs proof, with any user and a token as the password.
 */
export const maySee: MiddlewareHandler<AppTypes> = async (c, next) => {
  const name = repositoryOf(c);
  const sees = await visibleNames(c);
  if (sees?.(name) === false) throw new OciError('DENIED', `you may not see ${name}`);
  await next();
};

/**
 * Which models the caller may see; undefined where that is all of them, whoever asks.
 * @throws OciError 401 where that is none before it is known who asks
 */
export async function visibleNames(c: RouteContext): Promise<((name: string) => boolean) | undefined> {
  if (isGranted(anonymous(c.env).grants, 'pull')) return undefined;
  const { kind, grants } = await callerOf(c).catch((error: unknown) => {
    if (error instanceof OciError && error.status === 401) throw askToSignIn(error.message);
    throw error;
  });
  if (kind === 'anonymous')
    throw askToSignIn('this registry is private: sign in with a token as the password');
  return (name) => isGranted(grants, 'pull', name);
}

/** What browsers understand, unlike a registry's challenge. */
function askToSignIn(message: string): OciError {
  return new OciError('UNAUTHORIZED', message, {
    headers: { 'WWW-Authenticate': 'Basic realm="registry", charset="UTF-8"' },
  });
}

/**
 * Whether the request may also read there: where it takes a blob from another repository.
 * @param name a repository, or ALL_NAMES
 */
export async function mayPull(c: RouteContext, name: string): Promise<boolean> {
  return (
    isGranted(anonymous(c.env).grants, 'pull', name) || isGranted((await callerOf(c)).grants, 'pull', name)
  );
}

/**
 * What `GET /v2/` asks for. It has to challenge wherever anything needs proof, although reads may be open: clients that
 * are not challenged there never send credentials.
 */
export async function checkSignIn(c: RouteContext): Promise<void> {
  const { grants } = anonymous(c.env);
  const isOpen = isGranted(grants, 'pull') && (isGranted(grants, 'push') || !takesWrites(c.env));
  if (isOpen) return;
  if ((await callerOf(c)).kind === 'anonymous') throw challenge(c.req.raw, { message: SIGN_IN });
}

const SIGN_IN = 'this needs a token: sign in with `docker login`';

async function checkAccess(c: RouteContext, action: Action, name: string): Promise<void> {
  if (!isReading(action)) {
    if (!takesWrites(c.env)) throw new OciError('DENIED', 'this registry takes no pushes');
    checkOrigin(c.req.raw);
  }
  if (isGranted(anonymous(c.env).grants, action, name)) return;
  const scope = scopeFor(action, name);
  const caller = await callerOf(c, scope);
  if (isGranted(caller.grants, action, name)) return;
  if (caller.kind === 'anonymous') throw challenge(c.req.raw, { message: SIGN_IN, scope });
  const message = `${caller.name} may not ${action}${name === ALL_NAMES ? '' : ` ${name}`}`;
  if (caller.kind !== 'registry-token') throw new OciError('DENIED', message);
  // It may have been asked for less than its holder could have had.
  const hint = caller.name === ANONYMOUS ? ': sign in with `docker login`' : '';
  throw challenge(c.req.raw, { message: message + hint, scope, error: 'insufficient_scope' });
}

/** Found out once a request. @throws OciError 401 where a credential came that is not true */
async function callerOf(c: RouteContext, scope?: string): Promise<Caller> {
  const known = c.get('caller');
  if (known !== undefined) return known;
  try {
    const credential = credentialOf(c.req.header('Authorization'));
    const caller = credential
      ? await identify(credential, c.env, addressOf(c.req.raw).host)
      : anonymous(c.env);
    c.set('caller', caller);
    return caller;
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    const { message } = error;
    throw challenge(c.req.raw, {
      message,
      error: 'invalid_token',
      ...(scope === undefined ? {} : { scope }),
    });
  }
}
