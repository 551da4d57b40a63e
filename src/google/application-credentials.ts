/**
 * Files of credentials as Google's own tools leave them: a service account's key, and what google-github-actions/auth
 * writes for Workload Identity Federation.
 * @see https://google.aip.dev/auth/4110 and …/4117
 */
import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { UserError } from '../errors.ts';
import { HttpError } from '../http/http-error.ts';
import { reasonOf } from '../http/reason.ts';
import type { TokenRequest, TokenSource } from './access-token.ts';
import { safeAddress } from './endpoints.ts';
import { federatedTokens } from './external-account.ts';
import { ServiceAccountKey, serviceAccountTokens } from './service-account.ts';

const Format = z.object({ type: z.enum(['text', 'json']), subject_token_field_name: z.string().optional() });
const SubjectSource = z.union([
  z.object({
    url: z.string(),
    headers: z.record(z.string(), z.string()).optional(),
    format: Format.optional(),
  }),
  z.object({ file: z.string(), format: Format.optional() }),
]);
type SubjectSource = z.infer<typeof SubjectSource>;
const ExternalAccount = z.object({
  type: z.literal('external_account'),
  audience: z.string(),
  subject_token_type: z.string(),
  token_url: z.string(),
  service_account_impersonation_url: z.string().optional(),
  service_account_impersonation: z.object({ token_lifetime_seconds: z.number().optional() }).optional(),
  credential_source: SubjectSource,
});
type ExternalAccount = z.infer<typeof ExternalAccount>;
const Known = z.discriminatedUnion('type', [ServiceAccountKey, ExternalAccount]);

/**
 * @param named what it was given as, for messages: `GOOGLE_APPLICATION_CREDENTIALS (/tmp/key.json)`
 * @returns undefined where it is of a type that only Google's own tools know, such as a person's sign-in by gcloud
 * @throws UserError where it is no such document
 */
export function readCredentials(text: string, named: string): TokenSource | undefined {
  const json = parseJson(text, named);
  const known = Known.safeParse(json);
  if (known.success) {
    const { data } = known;
    return data.type === 'service_account'
      ? serviceAccountTokens(data, safeAddress(data.token_uri, named))
      : externalAccount(data, named);
  }
  const { type } = z.object({ type: z.string().optional() }).catch({}).parse(json);
  if (type !== undefined && type !== 'service_account' && type !== 'external_account') return undefined;
  // Where it is wrong, never what stands there: it may be a secret.
  const places = [...new Set(known.error.issues.map(({ path }) => path.join('.')))].filter(
    (place) => place !== '',
  );
  throw unusable(
    named,
    places.length === 0 ? 'is no document of credentials' : `has a wrong ${places.join(', ')}`,
  );
}

function parseJson(text: string, named: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unusable(named, 'is not JSON');
  }
}

function externalAccount(account: ExternalAccount, named: string): TokenSource {
  const { service_account_impersonation_url: impersonation, credential_source: source } = account;
  return federatedTokens({
    audience: account.audience,
    subjectTokenType: account.subject_token_type,
    tokenUrl: safeAddress(account.token_url, named),
    impersonationUrl: impersonation === undefined ? undefined : safeAddress(impersonation, named),
    lifetime: account.service_account_impersonation?.token_lifetime_seconds,
    subjectToken: async (request) => readSubjectToken(source, named, request),
  });
}

async function readSubjectToken(
  source: SubjectSource,
  named: string,
  request: TokenRequest,
): Promise<string> {
  try {
    const text =
      'url' in source ? await download(source, named, request) : await readFile(source.file, 'utf8');
    const field = source.format?.type === 'json' ? source.format.subject_token_field_name : undefined;
    const token =
      field === undefined ? text.trim() : z.record(z.string(), z.unknown()).parse(JSON.parse(text))[field];
    if (typeof token === 'string' && token !== '') return token;
  } catch (error) {
    request.signal?.throwIfAborted();
    if (error instanceof UserError) throw error;
    throw new UserError(`The token that ${named} speaks of cannot be had: ${reasonOf(error)}`, {
      hint: 'In a job of GitHub’s, have google-github-actions/auth run before, in the same job.',
      cause: error,
    });
  }
  throw unusable(named, 'speaks of a place where there is no token');
}

async function download(
  { url, headers = {} }: Extract<SubjectSource, { url: string }>,
  named: string,
  { signal }: TokenRequest,
): Promise<string> {
  const address = safeAddress(url, named);
  const timeout = AbortSignal.timeout(30_000);
  const response = await fetch(address, {
    headers,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  if (!response.ok) throw await HttpError.of(response, { url: address });
  return response.text();
}

function unusable(named: string, why: string): UserError {
  return new UserError(`${named} ${why}.`, {
    hint: 'Give the JSON of a service account’s key, or what google-github-actions/auth wrote.',
  });
}
