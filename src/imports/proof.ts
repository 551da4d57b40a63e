/** How the publishing side proves to the importing registry that it may import. */
import { basicAuthorization, type CredentialProvider, type Credentials } from '../registry/credentials.ts';

export type ProofKind = 'import-token' | 'workflow' | 'docker-login';

export interface Proof {
  kind: ProofKind;
  /** The header of the hook's requests. */
  authorization: string;
  /** The same for the registry's token service, where reading needs proof. */
  credentials: Credentials;
}

export interface ProofOptions {
  /** host[:port] of the importing registry. */
  host: string;
  /** `--import-token`. */
  token?: string | undefined;
  /** A new OIDC token for the registry; undefined where the job may have none. */
  oidcToken?: ((audience: string) => Promise<string>) | undefined;
  /** What `docker login` left. */
  docker: CredentialProvider;
}

/** Gives proof, again and again while an import runs; undefined where there is none. */
export type Prove = () => Promise<Proof | undefined>;

/** How long proof is used, in milliseconds: an OIDC token is good for five minutes. */
const KEPT = 60_000;

export function openProof(options: ProofOptions): Prove {
  let kept: { proof: Promise<Proof | undefined>; until: number } | undefined;
  return async () => {
    if (kept === undefined || kept.until < Date.now()) {
      const proof = find(options);
      kept = { proof, until: Date.now() + KEPT };
      proof.catch(() => (kept = undefined));
    }
    return kept.proof;
  };
}

/** A token that was given for this comes before what the job has anyway, and that before the machine's sign-in. */
async function find({ host, token, oidcToken, docker }: ProofOptions): Promise<Proof | undefined> {
  if (token !== undefined && token !== '') return bearer('import-token', token);
  if (oidcToken !== undefined) return bearer('workflow', await oidcToken(host));
  const credentials = await docker.credentialsFor(host);
  // Identity tokens are for the token service of the registry that gave them.
  if (credentials?.kind !== 'password') return undefined;
  return { kind: 'docker-login', authorization: basicAuthorization(credentials), credentials };
}

function bearer(kind: ProofKind, token: string): Proof {
  return {
    kind,
    authorization: `Bearer ${token}`,
    credentials: { kind: 'password', username: kind, password: token },
  };
}
