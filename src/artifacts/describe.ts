/** What an image says of the artifact that it was made of. */
import type { Annotations } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Artifact, ArtifactPart } from './artifact.ts';

/** Digest of the artifact's manifest. */
export const ARTIFACT_ANNOTATION = 'ai.depot.artifact';

/** The OCI specification's names for what the artifact says of itself (annotations.md), and its digest. */
export function artifactAnnotations(
  { package: told }: Pick<Artifact, 'package'>,
  digest: Digest,
): Annotations {
  const annotations = {
    'org.opencontainers.image.title': told.name,
    'org.opencontainers.image.version': told.version,
    'org.opencontainers.image.description': told.description,
    'org.opencontainers.image.licenses': told.licenses?.join(' AND '),
    'org.opencontainers.image.authors': told.authors?.join(', '),
    [ARTIFACT_ANNOTATION]: digest,
  };
  return Object.fromEntries(
    Object.entries(annotations).filter((one): one is [string, string] => one[1] !== undefined),
  );
}

/** A line of an image's history for the part's layer. */
export function historyLine({ kind }: Pick<Artifact, 'kind'>, { role, path }: ArtifactPart): string {
  return `${kind} ${role}${path === undefined ? '' : ` ${path}`}`;
}
