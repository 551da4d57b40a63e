/** Signing in to Artifact Registry with an access token. */
import type { CredentialProvider } from '../registry/credentials.ts';

/**
 * @param accessToken a token that is good for a while yet; asked for again whenever the registry wants new proof
 * @see https://cloud.google.com/artifact-registry/docs/docker/authentication#token
 */
export function accessTokenCredentials(accessToken: () => Promise<string>): CredentialProvider {
  return {
    credentialsFor: async () => ({
      kind: 'password',
      username: 'oauth2accesstoken',
      password: await accessToken(),
    }),
  };
}
