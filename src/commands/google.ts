/** Signing in to Artifact Registry, from the options. */
import { UsageError, UserError } from '../errors.ts';
import { fetchOidcToken, oidcRequestOf } from '../github/oidc.ts';
import { renewing } from '../google/access-token.ts';
import { accessTokenCredentials } from '../google/credentials.ts';
import { isArtifactRegistry } from '../google/hosts.ts';
import { findSignIn, isSignInAsked, type SignInOptions } from '../google/sign-in.ts';
import type { Wait } from '../http/retry.ts';
import type { CredentialProvider } from '../registry/credentials.ts';
import type { Io } from './io.ts';

/**
 * Access tokens of Google Cloud, each good for a while yet.
 * @returns undefined where neither an option nor GOOGLE_APPLICATION_CREDENTIALS says how to sign in
 * @throws UsageError where an option is wrong
 */
export async function googleAccessTokens(
  options: SignInOptions,
  { env, signal, mask = () => undefined }: Pick<Io, 'env' | 'signal' | 'mask'>,
  onWait: (wait: Wait) => void,
): Promise<(() => Promise<string>) | undefined> {
  const source = await findSignIn(options, {
    env,
    async oidcToken(audience, request) {
      const job = oidcRequestOf(env);
      if (job !== undefined) return fetchOidcToken(job, audience, request);
      throw new UserError('--workload-identity-provider needs a token of the GitHub job, and there is none', {
        hint: 'Give the job "permissions: id-token: write"; elsewhere sign in with "gcloud auth configure-docker".',
      });
    },
  });
  return source && renewing(source, { mask, signal, onWait });
}

/**
 * @param host of the registry
 * @returns undefined where Docker's own store holds
 * @throws UsageError where an option is wrong, or the registry is not Google's
 */
export async function googleCredentials(
  host: string,
  options: SignInOptions,
  io: Pick<Io, 'env' | 'signal' | 'mask'>,
  onWait: (wait: Wait) => void,
): Promise<CredentialProvider | undefined> {
  checkSignIn(host, options);
  const tokens = isArtifactRegistry(host) ? await googleAccessTokens(options, io, onWait) : undefined;
  return tokens && accessTokenCredentials(tokens);
}

/** @throws UsageError where the options would sign in to Google for a registry that is not Google's */
export function checkSignIn(host: string, options: SignInOptions): void {
  if (isArtifactRegistry(host) || !isSignInAsked(options)) return;
  throw new UsageError(
    `${host} is not Artifact Registry, which is what --workload-identity-provider, --service-account and --service-account-key sign in to`,
    { hint: `Leave them out, and sign in to ${host} with "docker login".` },
  );
}
