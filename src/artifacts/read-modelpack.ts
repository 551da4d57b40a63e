/** Reads a ModelPack artifact: a layer's media type says what it is, an annotation what it holds (model-spec, "spec.md"). */
import type { Descriptor, Manifest } from '../oci/descriptor.ts';
import { isDigest, type Digest } from '../oci/digest.ts';
import { isObject } from '../oci/document.ts';
import type { Artifact, ArtifactPackage, ArtifactPart } from './artifact.ts';
import { ArtifactError } from './artifact-error.ts';
import { parseFields, textsOf, type Fields } from './fields.ts';
import { MODELPACK } from './media-types.ts';
import { parsePartType } from './part-type.ts';
import { checkedDiffId, readKitfile } from './read-modelkit.ts';

/** Where kit leaves the Kitfile of what it packs as ModelPack. */
const KITFILE = 'ml.kitops.modelkit.kitfile';

/** @throws ArtifactError where config and layers do not agree */
export function readModelPack({ layers, annotations }: Manifest, configBytes: Uint8Array): Artifact {
  const config = parseFields(configBytes, 'The config');
  const diffIds = diffIdsOf(config, layers);
  const parts = layers.map((layer, at) => partOf(layer, diffIds?.[at]));
  const kitfile = annotations?.[KITFILE];
  if (kitfile !== undefined) return byKitfile(kitfile, parts);
  return {
    kind: 'modelpack',
    parts,
    modelReference: undefined,
    remoteDatasets: [],
    package: packageOf(config['descriptor']),
  };
}

/** The Kitfile has names and prompts besides; what both say is the same. */
function byKitfile(text: string, parts: readonly ArtifactPart[]): Artifact {
  const kitfile = parseFields(text, `The Kitfile in ${KITFILE}`);
  const artifact = readKitfile(
    kitfile,
    parts.map(({ descriptor }) => descriptor),
    'modelpack',
  );
  return {
    ...artifact,
    parts: artifact.parts.map((part, at) => {
      const diffId = parts[at]?.diffId;
      if (part.diffId !== undefined && diffId !== undefined && part.diffId !== diffId) {
        throw new ArtifactError(
          `The layer ${part.descriptor.digest} has the diffID ${part.diffId} in the Kitfile, and ${diffId} in the config.`,
        );
      }
      return { ...part, diffId: part.diffId ?? diffId };
    }),
  };
}

function partOf(descriptor: Descriptor, diffId: Digest | undefined): ArtifactPart {
  const type = parsePartType(descriptor.mediaType);
  if (type === undefined) {
    throw new ArtifactError(
      `The layer ${descriptor.digest} is ${descriptor.mediaType}, which is no type of a model’s parts.`,
    );
  }
  const path =
    descriptor.annotations?.[MODELPACK.filepath] ?? descriptor.annotations?.[MODELPACK.oldFilepath];
  return {
    ...type,
    descriptor,
    diffId: checkedDiffId(descriptor, type.encoding, diffId),
    name: undefined,
    path,
  };
}

/** Undefined where the config has none. */
function diffIdsOf(config: Fields, layers: readonly Descriptor[]): readonly Digest[] | undefined {
  const listed = isObject(config['modelfs']) ? (config['modelfs']['diffIds'] ?? undefined) : undefined;
  if (listed === undefined) return undefined;
  if (!Array.isArray(listed) || !listed.every((id): id is Digest => typeof id === 'string' && isDigest(id))) {
    throw new ArtifactError('The config has diffIDs that are no digests.');
  }
  if (listed.length === layers.length) return listed;
  throw new ArtifactError(`The config has ${listed.length} diffIDs, the manifest ${layers.length} layers.`);
}

function packageOf(value: unknown): ArtifactPackage {
  const fields = isObject(value) ? value : {};
  const [name, version, description] = ['name', 'version', 'description'].map((key) => fields[key]);
  const [licenses, authors] = [textsOf(fields['licenses']), textsOf(fields['authors'])];
  return {
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...(typeof version === 'string' && version !== '' ? { version } : {}),
    ...(typeof description === 'string' && description !== '' ? { description } : {}),
    ...(licenses.length === 0 ? {} : { licenses }),
    ...(authors.length === 0 ? {} : { authors }),
  };
}
