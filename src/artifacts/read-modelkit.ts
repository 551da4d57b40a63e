/** Reads a ModelKit: its config is the Kitfile, whose entries say which layer is what (KitOps, "ModelKit specification"). */
import type { Descriptor, Manifest } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { isObject } from '../oci/document.ts';
import type { Artifact, ArtifactPackage, ArtifactPart, Role } from './artifact.ts';
import { ArtifactError } from './artifact-error.ts';
import { digestOf, listOf, parseFields, textOf, textsOf, type Fields } from './fields.ts';
import { isModelKitReference } from './modelkit-reference.ts';
import { parsePartType } from './part-type.ts';

/** On a code layer that holds prompts. */
const SUBTYPE = 'ml.kitops.modelkit.layer-subtype';

/** What a Kitfile says of a layer. */
interface Entry {
  role: Role;
  /** For messages: `docs "README.md"`. */
  what: string;
  name: string | undefined;
  path: string | undefined;
  digest: Digest | undefined;
  diffId: Digest | undefined;
}

/** @throws ArtifactError where Kitfile and layers do not agree */
export function readModelKit(manifest: Manifest, configBytes: Uint8Array): Artifact {
  return readKitfile(parseFields(configBytes, 'The Kitfile'), manifest.layers, 'modelkit');
}

/**
 * The artifact that a Kitfile and the layers beside it are.
 * @throws ArtifactError where they do not agree
 */
export function readKitfile(
  kitfile: Fields,
  layers: readonly Descriptor[],
  kind: Artifact['kind'],
): Artifact {
  const model = modelOf(kitfile);
  const modelPath = textOf(model, 'path', 'the model');
  const modelReference = isModelKitReference(modelPath) ? modelPath : undefined;
  const datasets = listOf(kitfile, 'datasets', 'the Kitfile');
  const entries = [
    ...(modelPath === undefined || modelReference !== undefined ? [] : [entryOf('model', model)]),
    ...listOf(model, 'parts', 'the model').map((part) => entryOf('model', part)),
    ...listOf(kitfile, 'code', 'the Kitfile').map((code) => entryOf('code', code)),
    ...datasets.filter((dataset) => remoteOf(dataset) === undefined).map((one) => entryOf('datasets', one)),
    ...listOf(kitfile, 'docs', 'the Kitfile').map((doc) => entryOf('docs', doc)),
    ...listOf(kitfile, 'prompts', 'the Kitfile').map((prompt) => entryOf('prompts', prompt)),
    ...listOf(kitfile, 'mcpServers', 'the Kitfile').map((server) => entryOf('mcpservers', server)),
  ];
  return {
    kind,
    parts: matchLayers(entries, layers),
    modelReference,
    remoteDatasets: datasets.flatMap((dataset) => {
      const remotePath = remoteOf(dataset);
      return remotePath === undefined
        ? []
        : [{ path: textOf(dataset, 'path', 'a dataset') ?? '.', remotePath }];
    }),
    package: packageOf(kitfile['package']),
  };
}

function modelOf(kitfile: Fields): Fields {
  const model = kitfile['model'] ?? {};
  if (isObject(model)) return model;
  throw new ArtifactError('The model of the Kitfile is no object.');
}

function remoteOf(dataset: Fields): string | undefined {
  return textOf(dataset, 'remotePath', 'a dataset');
}

function entryOf(role: Role, fields: Fields): Entry {
  const path = textOf(fields, 'path', role);
  const what = `${role} "${path ?? '.'}"`;
  return {
    role,
    what,
    name: textOf(fields, 'name', what),
    path,
    digest: digestOf(fields, 'digest', what),
    diffId: digestOf(fields, 'diffId', what),
  };
}

/** Each layer with the one entry that is about it. */
function matchLayers(entries: readonly Entry[], layers: readonly Descriptor[]): ArtifactPart[] {
  const [named, unnamed] = [true, false].map((has) =>
    entries.find(({ digest }) => (digest !== undefined) === has),
  );
  if (named !== undefined && unnamed !== undefined) {
    throw new ArtifactError(`The Kitfile has a digest for ${named.what}, and none for ${unnamed.what}.`);
  }
  const isNamed = named !== undefined;
  // A Kitfile may have thousands of entries. The last of each list is the first that is to be taken.
  const left = Map.groupBy(entries.toReversed(), ({ digest, role }) => keyOf(digest, role));
  const parts = layers.map((descriptor) => {
    const { role, encoding } = typeOf(descriptor);
    const entry = left.get(keyOf(isNamed ? descriptor.digest : undefined, role))?.pop();
    if (entry === undefined) throw notNamed(descriptor, entries);
    const { name, path, diffId } = entry;
    return { role, descriptor, encoding, diffId: checkedDiffId(descriptor, encoding, diffId), name, path };
  });
  for (const { what, digest } of [...left.values()].flat()) {
    throw new ArtifactError(
      `The Kitfile names ${what}${digest === undefined ? '' : `, ${digest}`}, which is no layer of the manifest.`,
    );
  }
  return parts;
}

/** An entry is about a layer by its digest; before KitOps 0.5.0 there was none, and the layers of a role came in its order. */
function keyOf(digest: Digest | undefined, role: Role): string {
  return `${digest ?? ''} ${role}`;
}

function typeOf(descriptor: Descriptor): NonNullable<ReturnType<typeof parsePartType>> {
  const type = parsePartType(descriptor.mediaType);
  if (type === undefined) {
    throw new ArtifactError(
      `The layer ${descriptor.digest} is ${descriptor.mediaType}, which is no type of a model’s parts.`,
    );
  }
  const isPrompt = type.role === 'code' && descriptor.annotations?.[SUBTYPE] === 'prompt';
  return isPrompt ? { ...type, role: 'prompts' } : type;
}

function notNamed({ digest, mediaType }: Descriptor, entries: readonly Entry[]): ArtifactError {
  const other = entries.find((entry) => entry.digest === digest);
  return new ArtifactError(
    other === undefined
      ? `The Kitfile does not name the layer ${digest} (${mediaType}): it names ${entries.length} in all.`
      : `The Kitfile has the layer ${digest} as ${other.what}, the manifest as ${mediaType}.`,
  );
}

/** A layer that is not compressed is its own uncompressed bytes. @throws ArtifactError where it is said to be others */
export function checkedDiffId(
  { digest }: Descriptor,
  encoding: ArtifactPart['encoding'],
  diffId: Digest | undefined,
): Digest | undefined {
  if (encoding !== 'raw' && encoding !== 'tar') return diffId;
  if (diffId === undefined || diffId === digest) return digest;
  throw new ArtifactError(`The layer ${digest} is not compressed, and is said to have the diffID ${diffId}.`);
}

function packageOf(value: unknown): ArtifactPackage {
  const fields = isObject(value) ? value : {};
  const text = (key: 'name' | 'version' | 'description'): Partial<ArtifactPackage> => {
    const said = fields[key];
    return typeof said === 'string' && said !== '' ? { [key]: said } : {};
  };
  const authors = textsOf(fields['authors']);
  const license = fields['license'];
  return {
    ...text('name'),
    ...text('version'),
    ...text('description'),
    ...(typeof license === 'string' && license !== '' ? { licenses: [license] } : {}),
    ...(authors.length === 0 ? {} : { authors }),
  };
}
