/** From a reference to an artifact's parts, those of the ModelKit whose model it takes included. */
import type { Artifact, ArtifactPart } from '../artifacts/artifact.ts';
import { readArtifact } from '../artifacts/read-artifact.ts';
import { UserError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { isIndexType } from '../oci/media-types.ts';
import { formatReference, parseReference, type Reference } from '../oci/reference.ts';
import { parseManifest } from '../reading/documents.ts';
import type { Repository } from '../registry/registry.ts';
import { explained } from './explained.ts';

/** Where a reference's repository is read. */
export type OpenRepository = (reference: Reference) => Promise<Repository>;

/** A part, and where its layer is. */
export interface PlacedPart extends ArtifactPart {
  from: Repository;
}

export interface OpenArtifact extends Artifact {
  /** As it was asked for. */
  reference: Reference;
  /** Of its manifest. */
  digest: Digest;
  /** Those of the model that it refers to are the first. */
  parts: readonly PlacedPart[];
}

/** ModelKits that take their model from one another, the first included: as many as KitOps follows. */
const MAX_CHAIN = 10;
const MAX_CONFIG = 4 * 2 ** 20;

/**
 * Opens an artifact; every document is verified against its digest.
 * @throws UserError where there is none, or its documents do not agree; RegistryError
 */
export async function openArtifact(reference: Reference, open: OpenRepository): Promise<OpenArtifact> {
  const first = await readOne(reference, open);
  const chain = [formatReference(reference)];
  let parts = first.parts;
  for (let next = first.modelReference; next !== undefined;) {
    const named = modelReferenceOf(next, chain);
    chain.push(formatReference(named));
    const referred = await readOne(named, open);
    // As kit unpacks them: what is referred to comes first, and nothing but its model.
    parts = [...referred.parts.filter(({ role }) => role === 'model'), ...parts];
    next = referred.modelReference;
  }
  return { ...first, parts };
}

/** @throws UserError where it cannot be followed */
function modelReferenceOf(text: string, chain: readonly string[]): Reference {
  const [first = ''] = chain;
  const links = [...chain, text].join(' → ');
  if (chain.includes(text)) {
    throw new UserError(`The model of ${first} is its own: ${links}.`, { hint: 'Pack it with its model.' });
  }
  if (chain.length === MAX_CHAIN) {
    throw new UserError(`More than ${MAX_CHAIN} ModelKits refer to each other: ${links}.`, {
      hint: 'Name the one that has the model itself, or pack it anew.',
    });
  }
  try {
    return parseReference(text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError(`${chain.at(-1)} takes its model from "${text}", which is in no registry.`, {
      hint: 'Have the other ModelKit pushed, and this one packed with its reference, registry included.',
      cause,
    });
  }
}

async function readOne(reference: Reference, open: OpenRepository): Promise<OpenArtifact> {
  const name = formatReference(reference);
  const from = await open(reference);
  const found = await from.getManifest(reference.digest ?? reference.tag ?? 'latest');
  if (found === undefined) {
    throw new UserError(`There is no ${name}.`, { hint: 'Check the name and the tag.' });
  }
  const { mediaType, digest } = found.descriptor;
  if (isIndexType(mediaType)) {
    throw new UserError(`${name} is no ModelKit and no ModelPack artifact, but an index, as images have.`, {
      hint: 'Name what "kit pack" or "modctl build" made. To run on an image’s files, write FROM and COPY --from in a Dockerfile.',
    });
  }
  const manifest = parseManifest(found.bytes, `the manifest of ${name}`);
  const artifact = await explained(name, async () =>
    readArtifact(manifest, await from.getBlob(manifest.config.digest, MAX_CONFIG)),
  );
  return { ...artifact, reference, digest, parts: artifact.parts.map((part) => ({ ...part, from })) };
}
