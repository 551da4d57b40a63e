import { UserError } from '../errors.ts';
import { HttpError } from '../http/http-error.ts';
import { RangeMismatchError } from '../http/range/byte-range.ts';
import { reasonOf } from '../http/reason.ts';
import { isRefusedHere, isTransient } from '../http/transient.ts';

/** Who asked for what. */
export interface HubRequest {
  name: string;
  /** A commit, or the branch or tag that was asked for. */
  sha: string;
  endpoint: string;
  token?: string | undefined;
  /** The file, where one was asked for. */
  path?: string;
}

/**
 * What a failed request to the Hub means for the user: the Hub says why in `X-Error-Code`. What is not the user's to
 * put right comes back as it is.
 */
export function explainHubError(error: unknown, request: HubRequest): unknown {
  if (error instanceof UserError) return error;
  if (error instanceof HttpError) return explainStatus(error, request);
  if (error instanceof RangeMismatchError) {
    return new UserError(`${subject(request)}: ${error.message}.`, {
      hint: `Nothing of this answer was used. Try again; if it stays, ${otherHub(request)}.`,
      cause: error,
    });
  }
  if (isUnanswered(error)) {
    return new UserError(`${subject(request)} could not be read: ${reasonOf(error)}.`, {
      hint: isRefusedHere(error)
        ? `Nothing listens there: check the Hub's address, ${request.endpoint}, and that it runs.`
        : `Check the connection to ${request.endpoint}, then run again: what was finished is not read again.`,
      cause: error,
    });
  }
  // A certificate that is not trusted, a port that fetch refuses to use: neither gets better by asking again.
  if (Error.isError(error) && error.message === 'fetch failed') {
    return new UserError(`${subject(request)} could not be asked for: ${reasonOf(error)}.`, {
      hint:
        `Check the Hub's address, ${request.endpoint}. Where its certificate is of an authority of your own, ` +
        'name that in NODE_EXTRA_CA_CERTS.',
      cause: error,
    });
  }
  return error;
}

/** Whether the Hub could not be asked, or was in trouble: what it would have said is not known. */
export function isUnanswered(error: unknown): boolean {
  return isTransient(error) || isUnknownHost(error);
}

/** Whether the Hub has the model, but not the commit, branch or tag that it was asked for. */
export function isUnknownRevision(error: unknown): boolean {
  return (
    Error.isError(error) &&
    error.cause instanceof HttpError &&
    error.cause.headers.get('x-error-code') === 'RevisionNotFound'
  );
}

function explainStatus(error: HttpError, request: HubRequest): UserError {
  const code = error.headers.get('x-error-code') ?? '';
  const { status } = error;
  // The storage behind the Hub knows no accounts: a 403 of it is not about terms or tokens.
  if (!error.url.startsWith(new URL(request.endpoint).origin)) return explainRefusal(error, request);
  if (code === 'GatedRepo') return gated(error, request);
  if (code === 'RevisionNotFound') return noRevision(error, request);
  if (code === 'EntryNotFound') return noEntry(error, request);
  if (code === 'RepoNotFound') return noRepository(error, request);
  if (status === 401 && request.token !== undefined) {
    return new UserError(`${request.endpoint} does not accept HF_TOKEN (401) for ${subject(request)}.`, {
      hint: 'The token may have expired or been revoked: make a new one, or unset HF_TOKEN for public models.',
      cause: error,
    });
  }
  if (status === 404 && request.path !== undefined) return noEntry(error, request);
  if (status === 401 || status === 404) return noRepository(error, request);
  if (status === 403) return gated(error, request);
  return explainRefusal(error, request);
}

function explainRefusal(error: HttpError, request: HubRequest): UserError {
  const { status } = error;
  if (status === 429) {
    return new UserError(`${subject(request)}: ${hostOf(error)} limits the rate of requests (429).`, {
      hint: `Run again in some minutes.${request.token === undefined ? ' Setting HF_TOKEN raises the limit.' : ''}`,
      cause: error,
    });
  }
  return new UserError(`${subject(request)}: ${error.message}.`, {
    hint:
      status >= 500
        ? 'The server is in trouble. Run again later: what was finished is not read again.'
        : `If it stays, ${otherHub(request)}.`,
    cause: error,
  });
}

function gated(cause: HttpError, request: HubRequest): UserError {
  const page = `${request.endpoint}/${request.name}`;
  return request.token === undefined
    ? new UserError(
        `${request.name} is gated: its files are given only to accounts that accepted its terms.`,
        {
          hint: `Accept the terms at ${page}, then set HF_TOKEN to a token of that account.`,
          cause,
        },
      )
    : new UserError(`${request.name} is gated, and the account of HF_TOKEN has no access to it.`, {
        hint:
          `Accept the terms at ${page} with that account (some authors approve by hand); a fine-grained ` +
          'token also needs the permission to read public gated repositories.',
        cause,
      });
}

function noRepository(cause: HttpError, request: HubRequest): UserError {
  return request.token === undefined
    ? new UserError(`${request.name} does not exist on ${request.endpoint}, or it is private.`, {
        hint: 'Check the name. For a private model set HF_TOKEN to a token that may read it.',
        cause,
      })
    : new UserError(`${request.name} does not exist on ${request.endpoint}, or HF_TOKEN may not read it.`, {
        hint: 'Check the name, and that the token’s account and its permissions cover this model.',
        cause,
      });
}

function noRevision(cause: HttpError, request: HubRequest): UserError {
  if (!/^[0-9a-f]{40}$/.test(request.sha)) {
    return new UserError(`${request.name} has no branch or tag ${request.sha}.`, {
      hint: `Check \`track:\` in this model’s entry against ${request.endpoint}/${request.name}/tree/main.`,
      cause,
    });
  }
  return new UserError(`${request.name} has no commit ${request.sha}.`, {
    hint: `Check the sha against ${request.endpoint}/${request.name}/commits/main.`,
    cause,
  });
}

function noEntry(cause: HttpError, request: HubRequest): UserError {
  return new UserError(`${request.name} at ${request.sha} has no file ${JSON.stringify(request.path)}.`, {
    hint: 'The Hub listed it a moment ago: run again, and if it stays, check the model’s page.',
    cause,
  });
}

function subject({ name, path }: HubRequest): string {
  return path === undefined ? name : `${name}, ${JSON.stringify(path)}`;
}

function hostOf(error: HttpError): string {
  return URL.parse(error.url)?.host ?? 'the server';
}

function otherHub({ endpoint }: HubRequest): string {
  return endpoint === 'https://huggingface.co'
    ? 'a proxy on the way may change answers'
    : `${endpoint} does not serve files as the Hub does: try without HF_ENDPOINT`;
}

function isUnknownHost(error: unknown): boolean {
  for (let cause = error; Error.isError(cause); cause = cause.cause) {
    if ('code' in cause && cause.code === 'ENOTFOUND') return true;
  }
  return false;
}
