/** Why an import did not come about, in words, and what to do. */
import { RegistryError } from '../registry/errors.ts';
import { explain } from '../registry/explain.ts';
import type { Hook, ImportOrder, ImportStatus } from './hook.ts';
import type { ProofKind } from './proof.ts';

/** What was pushed is no loss. */
const STAYS = 'What was pushed stays: the next run has only the import to do.';

interface Asked {
  order: ImportOrder;
  /** What was sent as proof, if anything was. */
  proof: ProofKind | undefined;
}

/** A request that failed, as a RegistryError; what is no failure of a request stays as it is. */
export function explainHook(error: unknown, { host }: Hook, { order, proof }: Asked): unknown {
  const { repository, tag } = order;
  const doing = `import the tag "${tag}"`;
  const explained = explain(error, { host, repository, action: 'push', doing, user: undefined });
  if (!(explained instanceof RegistryError) || explained.status === undefined) return explained;
  const { message, status, retryable, cause } = explained;
  return new RegistryError(message, {
    retryable,
    status,
    hint: hintFor(status, host, { order, proof }),
    cause,
  });
}

/** Why a tag could not be looked at: what a registry asks for to read is what it asks for to import. */
export function explainLook(error: unknown, host: string, proof: ProofKind | undefined): unknown {
  if (!(error instanceof RegistryError) || error.status !== 401) return error;
  return new RegistryError(error.message, { retryable: false, status: 401, hint: refusedProof(host, proof) });
}

function hintFor(status: number, host: string, { order, proof }: Asked): string {
  const { repository, tag, upstream } = order;
  switch (status) {
    case 401:
      return refusedProof(host, proof);
    case 403:
      return (
        `Whoever runs ${host} has to allow two things: the action "import" on ${repository} to ${WHO[proof ?? 'nobody']} ` +
        `(docs/access.md), and the upstream ${upstream.registry} with ${upstream.repository}, in UPSTREAMS (docs/imports.md). ${STAYS}`
      );
    case 404:
    case 405:
      return `There is no import hook: check that --import-url leads to an ai-action registry (docs/imports.md). ${STAYS}`;
    case 409:
      return `The tag ${tag} is immutable in ${host}, and names another image there: give the model another tag, or have IMMUTABLE_TAGS changed.`;
    case 429:
      return `${host} limits the rate of requests: run again later. ${STAYS}`;
    default:
      return status >= 500
        ? `${host} is failing: look at its log, and run again. ${STAYS}`
        : `Check that --import-url leads to an ai-action registry (docs/imports.md). ${STAYS}`;
  }
}

const WHO: Record<ProofKind | 'nobody', string> = {
  'import-token': 'the token of --import-token',
  workflow: 'this workflow, by its repository_id, ref and event_name',
  'docker-login': 'the user of "docker login"',
  nobody: 'whoever publishes',
};

function refusedProof(host: string, proof: ProofKind | undefined): string {
  switch (proof) {
    case 'import-token':
      return `The token of --import-token is unknown to ${host}, or has expired: make a new one (docs/access.md). ${STAYS}`;
    case 'workflow':
      return (
        `Whoever runs ${host} has to have a rule for this workflow’s repository_id, ref and event_name in ACCESS_RULES, ` +
        `and ${host} as OIDC_AUDIENCE (docs/access.md). ${STAYS}`
      );
    case 'docker-login':
      return `Sign in again with "docker login ${host}", or give a token with --import-token. ${STAYS}`;
    default:
      return (
        `In a GitHub workflow, let the job prove itself (permissions: id-token: write). Elsewhere give a token with ` +
        `--import-token or AI_ACTION_IMPORT_TOKEN, or sign in with "docker login ${host}". ${STAYS}`
      );
  }
}

export function failedImport(
  error: ImportStatus['error'],
  { host }: Hook,
  { repository, tag }: ImportOrder,
): RegistryError {
  const reason = error?.message ?? 'it does not say why.';
  return new RegistryError(`The import of ${repository}:${tag} into ${host} failed: ${reason}`, {
    retryable: false,
    hint: `${error?.hint ?? 'Look at the log of the registry.'} ${STAYS}`,
  });
}

/** @param digest of the image that took the place of ours */
export function supersededBy(
  digest: string,
  { host }: Hook,
  { repository, tag }: ImportOrder,
): RegistryError {
  return new RegistryError(
    `The import of ${repository}:${tag} into ${host} was given up, since ${digest} was asked for in its place.`,
    {
      retryable: false,
      hint: 'Another run published the same tag: have only one at a time, and run the one that counts again.',
    },
  );
}

export function stalled(
  { state, bytes }: ImportStatus,
  { host, patience }: Hook,
  { repository, tag }: ImportOrder,
): RegistryError {
  const minutes = Math.round(patience.standstill / 60);
  return new RegistryError(
    `The import of ${repository}:${tag} into ${host} is ${state} and has not moved for ${minutes} minutes, at ${bytes.done} of ${bytes.total} bytes.`,
    {
      retryable: false,
      hint: `Look at the log of ${host}, and run again: an import on its way is joined. ${STAYS}`,
    },
  );
}
