/**
 * A ModelKit (KitOps) over the layers of an image, each of them a `tar+gzip` of several files or of one: its config is
 * the Kitfile as JSON, in which each entry names its layer.
 * @see https://github.com/kitops-ml/kitops/blob/main/pkg/artifact/kitfile.md
 */
import type { Annotations, Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import {
  artifactDocuments,
  stated,
  type ArtifactDocuments,
  type ModelFacts,
  type ModelIdentity,
} from './documents.ts';
import { fileRole } from './file-role.ts';
import { MODELKIT, modelKitType, type ModelKitRole } from './media-types.ts';
import { isModelKitReference } from './modelkit-reference.ts';

export interface KitLayer {
  /** A `tar+gzip`, whatever its media type says. */
  descriptor: Pick<Descriptor, 'digest' | 'size' | 'annotations'>;
  diffId: Digest;
  /** Of its files; at least one. */
  paths: readonly string[];
}

export interface KitContent {
  identity: ModelIdentity;
  facts: ModelFacts;
  /** At least one. */
  layers: readonly KitLayer[];
  /** Of the manifest. */
  annotations: Annotations;
}

/** An entry of the Kitfile, and its layer. */
interface KitPart {
  role: ModelKitRole;
  path: string;
  layer: KitLayer;
}

/** Layers stand in the order of the Kitfile's entries, as `kit pack` has them. */
export async function makeModelKit({
  identity,
  facts,
  layers,
  annotations,
}: KitContent): Promise<ArtifactDocuments> {
  const parts = partsOf(layers);
  const layersInOrder = KIT_ORDER.flatMap((role) => parts.filter((part) => part.role === role));
  return artifactDocuments(
    { mediaType: MODELKIT.config, content: kitfile(identity, facts, parts) },
    {
      artifactType: MODELKIT.artifactType,
      layers: layersInOrder.map(({ role, layer: { descriptor } }) => ({
        mediaType: modelKitType(role, 'tar+gzip'),
        digest: descriptor.digest,
        size: descriptor.size,
        ...(descriptor.annotations === undefined ? {} : { annotations: descriptor.annotations }),
      })),
      annotations,
    },
  );
}

const KIT_ORDER: readonly ModelKitRole[] = ['model', 'modelpart', 'code', 'dataset', 'docs'];

/** The keys stand as KitOps writes them. */
function kitfile({ name, revision, license }: ModelIdentity, facts: ModelFacts, parts: readonly KitPart[]) {
  const entries = (role: ModelKitRole) => parts.filter((part) => part.role === role).map(entryOf);
  const [model] = entries('model');
  const listed = (role: ModelKitRole) => {
    const found = entries(role);
    return found.length === 0 ? undefined : found;
  };
  return stated({
    manifestVersion: '1.0.0',
    package: stated({ name, version: revision, license }),
    model: stated({
      name: name.slice(name.lastIndexOf('/') + 1),
      path: model?.path,
      license,
      format: facts.format,
      parts: listed('modelpart'),
      digest: model?.digest,
      diffId: model?.diffId,
    }),
    code: listed('code'),
    datasets: listed('dataset'),
    docs: listed('docs'),
  });
}

function entryOf({ path, layer }: KitPart): { path: string; digest: Digest; diffId: Digest } {
  return { path, digest: layer.descriptor.digest, diffId: layer.diffId };
}

/** A kit has one model: the first layer with weights, or the first. All others that are nothing else are its parts. */
function partsOf(layers: readonly KitLayer[]): KitPart[] {
  const paths = kitPaths(layers);
  const main = layers.find((layer) => roleOf(layer) === 'weight') ?? layers[0];
  return layers.map((layer, at) => {
    const role = layer === main ? 'model' : KIT_ROLE[roleOf(layer)];
    return { role, path: paths[at] ?? '.', layer };
  });
}

const KIT_ROLE = {
  weight: 'modelpart',
  mixed: 'modelpart',
  config: 'modelpart',
  code: 'code',
  dataset: 'dataset',
  doc: 'docs',
} as const;

/** What all files of a layer are; one that has weights is of weights. */
function roleOf({ paths }: KitLayer): keyof typeof KIT_ROLE {
  const roles = new Set(paths.map(fileRole));
  if (roles.has('weight')) return 'weight';
  const [role] = roles;
  return roles.size === 1 && role !== undefined ? role : 'mixed';
}

/**
 * Paths as a Kitfile has them, each once: the file, the folder that all files of the layer are in, or `.`, which for
 * `kit pack` is whatever no other entry takes.
 */
function kitPaths(layers: readonly KitLayer[]): string[] {
  const taken = new Set<string>();
  return layers.map(({ paths }) => {
    const candidates = paths.length === 1 ? paths : [commonFolder(paths), '.', ...paths];
    const path = candidates.find((one) => !taken.has(one) && !isModelKitReference(one)) ?? '.';
    taken.add(path);
    return path;
  });
}

function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/').slice(0, -1));
  const differs = first.findIndex((part, at) => others.some((other) => other[at] !== part));
  const common = differs < 0 ? first : first.slice(0, differs);
  return common.length === 0 ? '.' : common.join('/');
}
