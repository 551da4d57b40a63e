/** What an artifact's own document says of it: the Kitfile of a ModelKit, the config of a ModelPack artifact. */
import { ArtifactError } from '../../../src/artifacts/artifact-error.ts';
import type { Artifact } from '../../../src/artifacts/artifact.ts';
import { readArtifact } from '../../../src/artifacts/read-artifact.ts';
import { parsePartType } from '../../../src/artifacts/part-type.ts';
import { parseArtifactManifest } from '../manifests/artifact-manifest.ts';
import type { Bucket } from '../storage/bucket.ts';
import { readManifest } from '../storage/manifests.ts';
import type { ArtifactFacts, ImageLayer } from './inspection.ts';
import type { Kind } from './kind.ts';
import { MAX_CONFIG, readConfig, type ImageManifests, type LayerDescriptor } from './manifest.ts';

/** Characters of what an artifact says of itself. */
const MAX_TEXT = 300;
/** Authors and licences of one artifact. */
const MAX_LIST = 20;

export interface ReadArtifact {
  facts: ArtifactFacts;
  /** In the layers' order. */
  parts: readonly Pick<ImageLayer, 'role' | 'title'>[];
}

/** @returns undefined for what is neither a ModelKit nor a ModelPack artifact */
export async function readArtifactFacts(
  bucket: Bucket,
  repository: string,
  { kind, manifests }: { kind: Kind; manifests: ImageManifests },
): Promise<ReadArtifact | undefined> {
  const { config, layers, manifest: digest } = manifests;
  if ((kind !== 'modelkit' && kind !== 'modelpack') || config === undefined) return undefined;
  const [manifest, bytes] = await Promise.all([
    readManifest(bucket, repository, digest),
    readConfig(bucket, repository, config),
  ]);
  if (manifest === undefined) return undefined;
  try {
    if (bytes === undefined) throw new ArtifactError(`Its config has more than ${MAX_CONFIG} bytes.`);
    // As a whole: annotations that are kept and shown are cut, and one may be a Kitfile.
    const whole = parseArtifactManifest(new Uint8Array(await manifest.object.arrayBuffer()));
    const artifact = readArtifact(whole, bytes);
    return { facts: factsOf(artifact), parts: artifact.parts.map(partOf) };
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return { facts: { contradiction: cut(error.message) }, parts: layers.map(partByType) };
  }
}

function factsOf({ package: said, modelReference }: Artifact): ArtifactFacts {
  const { name, version, description, licenses, authors } = said;
  return {
    ...(name === undefined ? {} : { name: cut(name) }),
    ...(version === undefined ? {} : { version: cut(version) }),
    ...(description === undefined ? {} : { description: cut(description) }),
    ...(licenses === undefined ? {} : { licenses: licenses.slice(0, MAX_LIST).map(cut) }),
    ...(authors === undefined ? {} : { authors: authors.slice(0, MAX_LIST).map(cut) }),
    ...(modelReference === undefined ? {} : { modelReference: cut(modelReference) }),
  };
}

function partOf({ role, path, name }: Artifact['parts'][number]): ReadArtifact['parts'][number] {
  const title = path ?? name;
  return { role, ...(title === undefined ? {} : { title: cut(title) }) };
}

function partByType({ mediaType }: LayerDescriptor): ReadArtifact['parts'][number] {
  const type = parsePartType(mediaType);
  return type === undefined ? {} : { role: type.role };
}

function cut(text: string): string {
  return text.slice(0, MAX_TEXT);
}
