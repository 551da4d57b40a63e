/** Where Google's APIs are: at their own addresses, or where gcloud was told to find them (private access). */
import { UserError } from '../errors.ts';
import { isLoopback } from '../registry/endpoint.ts';

export type Api = 'sts' | 'iamcredentials' | 'artifactregistry';

/**
 * @returns the API's root, with a slash at its end
 * @throws UserError for an address that a secret must not be sent to
 * @see https://cloud.google.com/sdk/gcloud/reference/config, api_endpoint_overrides
 */
export function endpointOf(api: Api, env: Readonly<Record<string, string | undefined>>): URL {
  const variable = `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`;
  const override = env[variable] ?? '';
  return override === ''
    ? new URL(`https://${api}.googleapis.com/`)
    : safeAddress(override.replace(/\/*$/, '/'), variable);
}

/** @throws UserError unless it is https, or on this machine */
export function safeAddress(text: string, named: string): URL {
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))) {
    return url;
  }
  throw new UserError(`${named} names an address that is not https: no secret is sent there.`, {
    hint: 'Use addresses with https://.',
  });
}
