/**
 * What is told of an image. It never changes, so it is found out once, when a tag is moved to the image or somebody
 * asks first, and kept beside the catalogue.
 */
import { isDigest, type Digest } from '../../../src/oci/digest.ts';
import type { Bucket } from '../storage/bucket.ts';
import { inspectionKey, inspectionPrefix } from '../storage/keys.ts';
import { listAll } from '../storage/list.ts';
import { namedBase } from '../../../src/containers/is-container.ts';
import { readArtifactFacts } from './artifact.ts';
import { CARD_PATH, readCard } from './card.ts';
import { readContents, type Contents } from './contents.ts';
import type { Inspection, Weights } from './inspection.ts';
import { readKind } from './kind.ts';
import { readManifests } from './manifest.ts';
import { sizeOf } from './size.ts';
import { MAX_HEADER, readWeights } from './weights.ts';

/** Raise it where the same image is told of in another way. */
const VERSION = 2;
/** Files whose headers are read. */
const MAX_WEIGHTS = 200;

/** @returns undefined where the repository has no such image */
export async function inspectImage(
  bucket: Bucket,
  repository: string,
  digest: Digest,
): Promise<Inspection | undefined> {
  const key = inspectionKey(repository, digest);
  const kept = await bucket.get(key);
  if (kept !== null) {
    const { version, ...known } = JSON.parse(await kept.text()) as Inspection & { version: number };
    if (version === VERSION) return known;
  }
  const found = await inspect(bucket, repository, digest);
  if (found === undefined) return undefined;
  try {
    const text = JSON.stringify({ version: VERSION, ...found });
    await bucket.put(key, text, { httpMetadata: { contentType: 'application/json' } });
  } catch (error) {
    // As when several ask first: R2 takes one write a second to a key. It is found out again where it is not kept.
    console.warn(error);
  }
  return found;
}

/** Drops what is kept of images that no tag names any more. */
export async function forgetInspections(
  bucket: Bucket,
  repository: string,
  except: ReadonlySet<Digest>,
): Promise<void> {
  const prefix = inspectionPrefix(repository);
  const keys: string[] = [];
  for await (const { key } of listAll(bucket, { prefix })) {
    const digest = key.slice(prefix.length).replace('/', ':');
    if (!isDigest(digest) || !except.has(digest)) keys.push(key);
  }
  for (let at = 0; at < keys.length; at += 1000) await bucket.delete(keys.slice(at, at + 1000));
}

async function inspect(bucket: Bucket, repository: string, digest: Digest): Promise<Inspection | undefined> {
  const manifests = await readManifests(bucket, repository, digest);
  if (manifests === undefined) return undefined;
  const kind = await readKind(bucket, repository, manifests);
  const artifact = await readArtifactFacts(bucket, repository, { kind, manifests });
  const contents = await readContents(bucket, repository, manifests.layers);
  const readme = contents.places.get(CARD_PATH);
  const card = readme && (await orNothing(readCard(readme)));
  const { files, incomplete } = contents;
  const { config: _, artifactType, layers: _descriptors, ...told } = manifests;
  const layers = contents.layers.map((layer, at) => ({ ...layer, ...artifact?.parts[at] }));
  const base = namedBase(manifests.annotations);
  return {
    ...told,
    kind,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(base === undefined ? {} : { base }),
    ...(artifact === undefined ? {} : { artifact: artifact.facts }),
    size: sizeOf(layers),
    layers,
    files,
    ...(incomplete === undefined ? {} : { incomplete }),
    weights: await readAllWeights(contents),
    ...(card === undefined ? {} : { card }),
  };
}

async function readAllWeights({ files, places }: Contents): Promise<Weights[]> {
  const weights: Weights[] = [];
  for (const { path, format } of files) {
    const place = places.get(path);
    if (place === undefined || (format !== 'safetensors' && format !== 'gguf')) continue;
    if (weights.length === MAX_WEIGHTS) break;
    // One after the other: a header may take up much of the memory.
    weights.push(await readWeights(path, format, place.ranges(MAX_HEADER[format])));
  }
  return weights;
}

/** A file that its table of contents does not fit is none to show. */
async function orNothing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
