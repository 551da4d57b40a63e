/**
 * Workload Identity Federation: the job's own token is exchanged for one of Google's, which may stand in for a
 * service account.
 * @see https://google.aip.dev/auth/4117
 */
import { z } from 'zod';

import { SCOPE, type AccessToken, type TokenRequest, type TokenSource } from './access-token.ts';
import { exchange } from './token-endpoint.ts';

export interface Federation {
  /** `//iam.googleapis.com/projects/…/providers/…` */
  audience: string;
  /** As in `urn:ietf:params:oauth:token-type:jwt`. */
  subjectTokenType: string;
  /** The job's own token, new each time that it is asked for. */
  subjectToken: (request: TokenRequest) => Promise<string>;
  /** Of Google's Security Token Service. */
  tokenUrl: URL;
  /** Where the service account's tokens are; without one the job acts as itself. */
  impersonationUrl?: URL | undefined;
  /** How long the service account's tokens are to be good, in seconds. */
  lifetime?: number | undefined;
}

/** Seconds. */
const LIFETIME = 3600;
/** Seconds; where the Security Token Service does not say how long a token is good. */
const SHORTEST = 300;

const Federated = z.object({ access_token: z.string().min(1), expires_in: z.number().default(SHORTEST) });
const Impersonated = z.object({
  accessToken: z.string().min(1),
  expireTime: z.iso.datetime({ offset: true }),
});

export function federatedTokens(federation: Federation): TokenSource {
  return async (request) => {
    const federated = await exchangeToken(federation, request);
    if (federation.impersonationUrl === undefined) return federated;
    request.mask(federated.value);
    return impersonate(federation.impersonationUrl, federated, {
      ...request,
      lifetime: federation.lifetime ?? LIFETIME,
    });
  };
}

/** RFC 8693. */
async function exchangeToken(
  { audience, subjectTokenType, subjectToken, tokenUrl }: Federation,
  request: TokenRequest,
): Promise<AccessToken> {
  const token = await subjectToken(request);
  request.mask(token);
  const asked = Date.now();
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience,
    scope: SCOPE,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: subjectTokenType,
    subject_token: token,
  });
  const provider = audience.replace(/^\/\/iam\.googleapis\.com\//, '');
  const { access_token: value, expires_in } = await exchange(
    {
      request: { url: tokenUrl, body },
      wanted: `access token by the workload identity provider ${provider}`,
      hint: () =>
        'Check that the provider exists, trusts https://token.actions.githubusercontent.com, and has an attribute ' +
        'condition that this repository, ref and event meet.',
    },
    Federated,
    request,
  );
  return { value, expiresAt: asked + expires_in * 1000 };
}

async function impersonate(
  url: URL,
  federated: AccessToken,
  { lifetime, ...request }: TokenRequest & { lifetime: number },
): Promise<AccessToken> {
  const [, account = 'the service account'] = /serviceAccounts\/([^/:]+)/.exec(url.pathname) ?? [];
  const { accessToken, expireTime } = await exchange(
    {
      request: {
        url,
        headers: { authorization: `Bearer ${federated.value}` },
        body: { scope: [SCOPE], lifetime: `${lifetime}s` },
      },
      wanted: `access token for ${account}`,
      hint: (status) =>
        status === 403 || status === 404
          ? `Check that ${account} exists, and give this repository's principal the role roles/iam.workloadIdentityUser on it.`
          : `Check the name of the service account, ${account}.`,
    },
    Impersonated,
    request,
  );
  return { value: accessToken, expiresAt: Date.parse(expireTime) };
}
