/** Reads all that is told of one model. */
import { isDigest, type Digest } from '../../../src/oci/digest.ts';
import { inspectImage } from '../images/inspect.ts';
import { readManifests } from '../images/manifest.ts';
import { importsTo, readRecord, type ImportRecord, type ImportTarget } from '../imports/record.ts';
import { refresh, type ImportWorkflows } from '../imports/start.ts';
import type { Bucket } from '../storage/bucket.ts';
import { imageOf, readCompanions, versionsOf } from './companions.ts';
import { shownTag, tagsOf } from './describe.ts';
import type { ModelTag } from './entry.ts';
import type { Model, ModelImage } from './model.ts';

/** Imports that are told of. */
const MAX_IMPORTS = 10;
/** Images that are looked at for layers that they share. */
const MAX_OTHERS = 10;

export interface ModelSource {
  bucket: Bucket;
  workflows: ImportWorkflows;
}

/**
 * @param reference a tag or digest; the shown tag where it is left out
 * @returns undefined where there is no such model, or not that image of it
 */
export async function readModel(
  { bucket, workflows }: ModelSource,
  name: string,
  reference?: string,
): Promise<Omit<Model, 'entry'> | undefined> {
  const [all, imports] = await Promise.all([tagsOf(bucket, name), readImports({ bucket, workflows }, name)]);
  const tags = versionsOf(all);
  const wanted = reference ?? shownTag(tags)?.tag;
  if (wanted === undefined) return imports.length === 0 ? undefined : { name, tags, imports };
  const image = await readImage(bucket, name, { reference: wanted, tags: all });
  return image && { name, tags, imports, image };
}

/** @returns undefined where the model has no such tag or digest */
function digestFor(tags: readonly ModelTag[], reference: string): Digest | undefined {
  return isDigest(reference) ? reference : tags.find(({ tag }) => tag === reference)?.digest;
}

async function readImage(
  bucket: Bucket,
  name: string,
  { reference, tags }: { reference: string; tags: readonly ModelTag[] },
): Promise<ModelImage | undefined> {
  const digest = digestFor(tags, reference);
  const inspection = digest && (await inspectImage(bucket, name, digest));
  if (digest === undefined || inspection === undefined) return undefined;
  const others = versionsOf(tags).filter((tag) => tag.digest !== digest);
  const [sharing, { companions, size }] = await Promise.all([
    readSharing(bucket, name, others),
    readCompanions(bucket, name, { image: inspection, reference, tags }),
  ]);
  const of = imageOf(tags, { reference, digest });
  const layers = inspection.layers.map((layer) => ({
    ...layer,
    sharedWith: [...(sharing.get(layer.digest) ?? [])],
  }));
  return {
    ...inspection,
    reference,
    layers,
    companions,
    sizeWithCompanions: size,
    ...(of === undefined ? {} : { of }),
  };
}

/** The tags whose images have a layer, by the layer's digest. */
async function readSharing(
  bucket: Bucket,
  name: string,
  tags: readonly ModelTag[],
): Promise<Map<Digest, Set<string>>> {
  const digests = [...new Set(tags.map(({ digest }) => digest))].slice(0, MAX_OTHERS);
  const images = await Promise.all(digests.map((digest) => readManifests(bucket, name, digest)));
  const sharing = new Map<Digest, Set<string>>();
  for (const image of images) {
    const named = tags.filter(({ digest }) => digest === image?.digest).map(({ tag }) => tag);
    for (const { digest } of image?.layers ?? []) {
      sharing.set(digest, new Set([...(sharing.get(digest) ?? []), ...named]));
    }
  }
  return sharing;
}

async function readImports({ bucket, workflows }: ModelSource, name: string): Promise<ImportRecord[]> {
  const targets: { target: ImportTarget; updatedAt: Date }[] = [];
  for await (const found of importsTo(bucket, name)) if (found.state !== 'done') targets.push(found);
  const last = targets
    .toSorted((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime())
    .slice(0, MAX_IMPORTS);
  const records = await Promise.all(
    last.map(async ({ target }) => {
      const record = await readRecord(bucket, target);
      return record && (await refresh(bucket, workflows, record)).record;
    }),
  );
  return records.filter((record) => record !== undefined).filter(({ state }) => state !== 'done');
}
