/** Turns what went wrong into words: what was asked of whom, what came back, what to do. */
import { HttpError } from '../http/http-error.ts';
import { isTransient } from '../http/transient.ts';
import { parseChallenges } from './challenge.ts';
import { BadAnswer, RegistryError } from './errors.ts';

export interface Circumstances {
  host: string;
  repository: string;
  action: 'pull' | 'push';
  /** What was being done, as in `read the manifest "latest"`. */
  doing: string;
  /** Who asked, as in `the user "me"`; undefined for nobody. */
  user: string | undefined;
}

/** An error as the client throws it; an abort, a mistake of the program and what is explained already stay as they are. */
export function explain(error: unknown, circumstances: Circumstances): unknown {
  if (error instanceof RegistryError) return error;
  const { host, repository, doing } = circumstances;
  const failed = `Could not ${doing} in ${host}/${repository}`;
  if (error instanceof HttpError) {
    const { code, text } = parseErrorBody(error.body);
    return new RegistryError(
      `${failed}: the registry answered ${error.status}${text === '' ? '' : ` (${text})`}`,
      {
        retryable: isTransient(error) || code === 'BLOB_UPLOAD_UNKNOWN',
        status: error.status,
        ...(code === undefined ? {} : { code }),
        hint: hintAbout(text, code) ?? hintFor(error.status, circumstances),
        cause: error,
      },
    );
  }
  if (error instanceof BadAnswer) {
    return new RegistryError(`${failed}: ${error.message}`, {
      retryable: false,
      hint: error.hint,
      cause: error,
    });
  }
  if (!Error.isError(error)) return error;
  const connection = connectionHint(error, circumstances);
  if (connection === undefined && !isTransient(error)) return error;
  return new RegistryError(`${failed}: ${messageOf(error)}`, {
    retryable: isTransient(error),
    hint: connection ?? 'The connection broke or the registry is overloaded: try again.',
    cause: error,
  });
}

/**
 * Whether a registry refused (401) the token that it had asked for: it does not say then whether there is no such
 * repository or whether its reader may not know of it.
 */
export function isHidden(error: unknown): boolean {
  if (!(error instanceof RegistryError) || !(error.cause instanceof HttpError)) return false;
  const { status, headers, url } = error.cause;
  const challenges = parseChallenges(headers.get('www-authenticate') ?? '');
  const isRegistrys = URL.parse(url)?.pathname.startsWith('/v2/') === true;
  return status === 401 && isRegistrys && challenges.some(({ scheme }) => scheme === 'bearer');
}

/** `{"errors": [{"code", "message"}]}` (distribution specification, "Error codes"), or whatever else was said. */
function parseErrorBody(body: string): { code?: string; text: string } {
  const said = body.replaceAll(/\s+/g, ' ').trim();
  let errors: unknown;
  try {
    errors = (JSON.parse(body) as { errors?: unknown } | null)?.errors;
  } catch {
    // A page for people, of a proxy for instance: its words without the markup.
    return {
      text: said
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim()
        .slice(0, 200),
    };
  }
  if (!Array.isArray(errors)) return { text: said.slice(0, 200) };
  const known = errors.filter(
    (one): one is { code?: unknown; message?: unknown } => typeof one === 'object' && !!one,
  );
  const text = known
    .map(({ code, message }) =>
      [code, message].filter((part) => typeof part === 'string' && part !== '').join(': '),
    )
    .join('; ');
  const code = known[0]?.code;
  return { ...(typeof code === 'string' ? { code } : {}), text: text.slice(0, 500) };
}

/** By what the registry said, where that tells more than its status. */
function hintAbout(text: string, code: string | undefined): string | undefined {
  // Registries agree on no status and no code for it.
  if (/\bimmutab/i.test(text)) return IMMUTABLE;
  return code === 'DIGEST_INVALID' ? CHANGED : undefined;
}

const CHANGED =
  'What arrived is not what was sent: run it again, and where it happens again look at what is on the way (a proxy) and at the memory of both machines.';

const IMMUTABLE =
  'The registry does not let this tag be moved: publish under another one. A container under such a tag stays what it is where its base is pinned by digest.';

function hintFor(status: number, { host, repository, action, user }: Circumstances): string {
  const right = action === 'push' ? 'push to' : 'pull from';
  switch (status) {
    case 401:
      return user === undefined
        ? `No credentials for ${host} were found: sign in with "docker login ${host}".`
        : `${capital(user)} was not accepted: sign in with "docker login ${host}" as someone who may ${right} it.`;
    case 403:
      return user === undefined
        ? `Nobody may ${right} ${host}/${repository} without signing in: "docker login ${host}".`
        : `${capital(user)} may not ${right} ${host}/${repository}: ${permission(host, action)}`;
    case 404:
      return action === 'push'
        ? `Check the name; some registries want ${repository} to be created before it is pushed to.`
        : `Check that ${host}/${repository} exists and may be read.`;
    case 413:
      return `The registry, or a proxy before it, takes nothing as large as this: raise its limit on the size of a request's body (nginx: client_max_body_size; Cloudflare: 100 MB on small plans), go around the proxy, or push smaller layers.`;
    case 416:
      return 'The registry does not take a blob in one piece of this size.';
    case 429:
      return `${host} limits the rate of requests: try again later, or sign in for a higher limit.`;
    default:
      return status >= 500
        ? `${host} is failing: try again, and look at its log when it goes on.`
        : `Check that ${host} is a registry that speaks the OCI distribution protocol.`;
  }
}

function permission(host: string, action: 'pull' | 'push'): string {
  if (host === 'ghcr.io') {
    return action === 'push'
      ? 'the token needs "packages: write" (in a workflow: permissions), and the package must grant this repository access.'
      : 'the token needs "packages: read".';
  }
  if (host.endsWith('.pkg.dev')) {
    return `the account needs the role roles/artifactregistry.${action === 'push' ? 'writer' : 'reader'} on the repository.`;
  }
  return `give the account ${action === 'push' ? 'write' : 'read'} permission there, or sign in as another with "docker login ${host}".`;
}

function connectionHint(error: Error, { host }: Circumstances): string | undefined {
  const code = codeOf(error);
  if (code === 'ENOTFOUND') return `There is no host of that name: check "${host}" and the network.`;
  if (code === 'ECONNREFUSED') return `Nothing listens there: check the address, and that the registry runs.`;
  if (code === undefined) return undefined;
  if (/^(?:EPROTO|ERR_SSL_)/.test(code)) {
    return `${host} does not speak https: if it speaks plain http and the network in between is trusted, allow that with --insecure.`;
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
    return `The certificate of ${host} is not trusted: set NODE_EXTRA_CA_CERTS to the file of its authority's certificate.`;
  }
  return undefined;
}

function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return Error.isError(error.cause) ? codeOf(error.cause) : undefined;
}

/** Of a host with several addresses Node reports each attempt, and says nothing on top. */
function messageOf(error: Error): string {
  if (error.message !== '') return error.message;
  const inner =
    'errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[])[0] : error.cause;
  return Error.isError(inner) ? messageOf(inner) : (codeOf(error) ?? error.name);
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
