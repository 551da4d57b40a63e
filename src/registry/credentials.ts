/** Where the client finds out who it is. */

/** What to present to a registry, or to its token service. */
export type Credentials =
  { kind: 'password'; username: string; password: string } | { kind: 'identity-token'; token: string };

/** A source of credentials; asked again whenever a token has to be renewed, so they may change during a push. */
export interface CredentialProvider {
  /**
   * @param host the registry as it stands in a reference, e.g. `ghcr.io` or `localhost:5000`.
   * @returns undefined where there are none, which means anonymous.
   */
  credentialsFor(host: string): Promise<Credentials | undefined>;
}

/** RFC 7617. */
export function basicAuthorization({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
