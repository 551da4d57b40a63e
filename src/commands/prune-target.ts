/** Whose API `prune` speaks to, from the options. */
import { UsageError } from '../errors.ts';
import { fetchOidcToken, oidcRequestOf } from '../github/oidc.ts';
import { accessTokenCredentials } from '../google/credentials.ts';
import { endpointOf } from '../google/endpoints.ts';
import { isArtifactRegistry, parseArtifactRepository } from '../google/hosts.ts';
import type { SignInOptions } from '../google/sign-in.ts';
import type { Wait } from '../http/retry.ts';
import { openArtifactRegistry } from '../prune/artifact-registry.ts';
import { openGhcr } from '../prune/ghcr.ts';
import type { ImageStore } from '../prune/image-store.ts';
import type { Destination } from '../publish/target.ts';
import { basicAuthorization, type CredentialProvider, type Credentials } from '../registry/credentials.ts';
import { dockerCredentials } from '../registry/docker-credentials.ts';
import { checkSignIn, googleAccessTokens } from './google.ts';
import type { Io } from './io.ts';

export interface PruneAccess extends SignInOptions {
  githubToken?: string;
}

/** Where images are listed and removed one by one, and how their manifests are read. */
export interface PruneTarget {
  store: ImageStore;
  credentials: CredentialProvider;
}

/** @returns undefined for every other registry: it may be one of ours, which removes by itself */
export async function openPruneTarget(
  { host, prefix }: Destination,
  options: PruneAccess,
  io: Io,
  onWait: (wait: Wait) => void,
): Promise<PruneTarget | undefined> {
  checkSignIn(host, options);
  const retry = { signal: io.signal, onWait };
  if (host === 'ghcr.io') {
    const token = githubToken(options, io);
    const [owner = '', ...rest] = prefix.split('/');
    if (owner === '') throw missingOwner();
    const endpoint = io.env['GITHUB_API_URL'] || 'https://api.github.com';
    return {
      store: openGhcr({ owner, prefix: rest.join('/'), endpoint, token, retry }),
      credentials: {
        credentialsFor: async () => ({ kind: 'password', username: owner, password: token }),
      },
    };
  }
  if (!isArtifactRegistry(host)) return undefined;
  const place = parseArtifactRepository(host, prefix);
  if (place === undefined) {
    throw new UsageError(`--registry ${host}/${prefix} names no repository of Artifact Registry`, {
      hint: 'Write project and repository, too, as in us-docker.pkg.dev/project/models.',
    });
  }
  const accessToken =
    (await googleAccessTokens(options, io, onWait)) ?? (await dockerTokens(host, io, onWait));
  const endpoint = endpointOf('artifactregistry', io.env);
  return {
    store: openArtifactRegistry({ host, place, endpoint, accessToken, retry }),
    credentials: accessTokenCredentials(accessToken),
  };
}

function githubToken({ githubToken: given }: PruneAccess, { env }: Io): string {
  const token = given ?? (env['GITHUB_TOKEN'] || env['GH_TOKEN']);
  if (token !== undefined && token !== '') return token;
  throw new UsageError('ghcr.io is pruned by GitHub’s API, which needs a token, and there is none', {
    hint: 'Set GITHUB_TOKEN: in a workflow to ${{ github.token }} with "permissions: packages: write", elsewhere to a personal access token (classic) with delete:packages.',
  });
}

function missingOwner(): UsageError {
  return new UsageError('--registry ghcr.io does not say whose images', {
    hint: 'Write the owner, too, as in ghcr.io/owner.',
  });
}

/** What `docker login` and gcloud's helper have is good for Google's APIs, too. */
async function dockerTokens(
  host: string,
  io: Io,
  onWait: (wait: Wait) => void,
): Promise<() => Promise<string>> {
  const docker = dockerCredentials({ ...io.env });
  const found = passwordOf(await docker.credentialsFor(host));
  if (found?.username.startsWith('_json_key') === true) {
    const tokens = await googleAccessTokens({ serviceAccountKey: found.password }, io, onWait);
    if (tokens !== undefined) return tokens;
  }
  if (found === undefined) {
    throw new UsageError(
      `Artifact Registry is pruned by Google’s API, and nothing says how to sign in to ${host}`,
      {
        hint: 'Use --workload-identity-provider, a key in GOOGLE_APPLICATION_CREDENTIALS, or "gcloud auth configure-docker".',
      },
    );
  }
  return async () => passwordOf(await docker.credentialsFor(host))?.password ?? found.password;
}

function passwordOf(
  credentials: Credentials | undefined,
): { username: string; password: string } | undefined {
  return credentials?.kind === 'password' ? credentials : undefined;
}

/** What a registry of ours is shown: what was left for it by `docker login`, else the job's own token. */
export function ownRegistryProof(
  host: string,
  { env, signal, mask }: Io,
  onWait: (wait: Wait) => void,
): () => Promise<string | undefined> {
  const job = oidcRequestOf(env);
  return async () => {
    const found = passwordOf(await dockerCredentials({ ...env }).credentialsFor(host));
    if (found !== undefined) return basicAuthorization(found);
    return job && `Bearer ${await fetchOidcToken(job, host, { mask, signal, onWait })}`;
  };
}
