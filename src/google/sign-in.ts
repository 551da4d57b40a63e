/** Which of the ways to sign in to Google holds, from what the user gave and what was left on the machine. */
import { readFile } from 'node:fs/promises';

import { UsageError, UserError } from '../errors.ts';
import type { TokenRequest, TokenSource } from './access-token.ts';
import { readCredentials } from './application-credentials.ts';
import { endpointOf } from './endpoints.ts';
import { federatedTokens } from './external-account.ts';

export interface SignInOptions {
  /** `--workload-identity-provider`: `projects/…/locations/global/workloadIdentityPools/…/providers/…` */
  workloadIdentityProvider?: string | undefined;
  /** `--service-account`: the e-mail address of the account that the job stands in for. */
  serviceAccount?: string | undefined;
  /** `--service-account-key`: its JSON, that in base64, or the path of its file. */
  serviceAccountKey?: string | undefined;
}

export interface SignInSurroundings {
  env: Readonly<Record<string, string | undefined>>;
  /** A token of the job for this audience. @throws UserError where the job may have none */
  oidcToken: (audience: string, request: TokenRequest) => Promise<string>;
}

const PROVIDER = /^projects\/\d+\/locations\/global\/workloadIdentityPools\/[^/\s]+\/providers\/[^/\s]+$/;
const ACCOUNT = /^[^@\s/]+@[^@\s/]+$/;

/** Whether the user asked for one of them, so that it has to hold. */
export function isSignInAsked({
  workloadIdentityProvider,
  serviceAccount,
  serviceAccountKey,
}: SignInOptions): boolean {
  return [workloadIdentityProvider, serviceAccount, serviceAccountKey].some((given) => given !== undefined);
}

/**
 * @returns undefined where nothing was given and nothing was left: `docker login` is another's business
 * @throws UsageError where what was given is malformed or contradicts itself
 * @throws UserError where a file of credentials cannot be used
 */
export async function findSignIn(
  options: SignInOptions,
  around: SignInSurroundings,
): Promise<TokenSource | undefined> {
  const { workloadIdentityProvider: provider, serviceAccount, serviceAccountKey } = options;
  if (provider !== undefined && serviceAccountKey !== undefined) {
    throw new UsageError('--workload-identity-provider and --service-account-key are two ways to sign in', {
      hint: 'Leave one of them out; the provider needs no secret that could be stolen.',
    });
  }
  if (provider !== undefined) return byProvider(provider, serviceAccount, around);
  if (serviceAccount !== undefined) {
    throw new UsageError('--service-account needs --workload-identity-provider', {
      hint: 'Name the provider that trusts this repository; a key names its account by itself.',
    });
  }
  if (serviceAccountKey !== undefined) return byKey(serviceAccountKey);
  return byFile(around.env['GOOGLE_APPLICATION_CREDENTIALS'] ?? '');
}

function byProvider(
  provider: string,
  serviceAccount: string | undefined,
  { env, oidcToken }: SignInSurroundings,
): TokenSource {
  if (!PROVIDER.test(provider)) {
    throw new UsageError(`--workload-identity-provider "${provider}" is not a provider's full name`, {
      hint: 'Write projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER, with the project’s number.',
    });
  }
  if (serviceAccount !== undefined && !ACCOUNT.test(serviceAccount)) {
    throw new UsageError(`--service-account "${serviceAccount}" is not the e-mail address of an account`, {
      hint: 'Write it as in publisher@project.iam.gserviceaccount.com.',
    });
  }
  return federatedTokens({
    audience: `//iam.googleapis.com/${provider}`,
    subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
    subjectToken: async (request) => oidcToken(`https://iam.googleapis.com/${provider}`, request),
    tokenUrl: new URL('v1/token', endpointOf('sts', env)),
    impersonationUrl:
      serviceAccount === undefined
        ? undefined
        : new URL(
            `v1/projects/-/serviceAccounts/${serviceAccount}:generateAccessToken`,
            endpointOf('iamcredentials', env),
          ),
  });
}

async function byKey(given: string): Promise<TokenSource> {
  const source = readCredentials(await textOfKey(given.trim()), 'The --service-account-key');
  if (source !== undefined) return source;
  throw wrongKey();
}

/** What was given is never shown, nor an error that has it: a secret that was cut off looks like a path, too. */
async function textOfKey(given: string): Promise<string> {
  if (given.startsWith('{')) return given;
  const decoded = Buffer.from(given, 'base64').toString();
  if (decoded.startsWith('{')) return decoded;
  try {
    return await readFile(given, 'utf8');
  } catch {
    throw wrongKey();
  }
}

function wrongKey(): UsageError {
  return new UsageError(
    '--service-account-key is neither the key of a service account nor a file that has one',
    {
      hint: 'Give the key’s JSON, that in base64, or the path of its file.',
    },
  );
}

async function byFile(path: string): Promise<TokenSource | undefined> {
  if (path === '') return undefined;
  const named = `The file of GOOGLE_APPLICATION_CREDENTIALS, ${path},`;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new UserError(`${named} cannot be read.`, {
      hint: 'Check the path and its permissions, or unset it and sign in with "docker login".',
      cause,
    });
  }
  return readCredentials(text, named);
}
