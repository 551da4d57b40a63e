/** Finds out what the catalogue holds of a model. */
import type { Inspection } from '../images/inspection.ts';
import { formatsOf } from '../images/formats.ts';
import { forgetInspections, inspectImage } from '../images/inspect.ts';
import { importsTo } from '../imports/record.ts';
import type { Bucket } from '../storage/bucket.ts';
import { modelKey } from '../storage/keys.ts';
import { allTags } from '../storage/tags.ts';
import { versionsOf } from './companions.ts';
import type { ModelEntry, ModelRecord, ModelTag } from './entry.ts';

/** Raise it where the same image is described in another way. */
const VERSION = 2;
const ANNOTATION = {
  license: 'org.opencontainers.image.licenses',
  revision: 'org.opencontainers.image.revision',
} as const;
/** Characters of what an image says of itself; a row has no room for more. */
const MAX_TEXT = 100;

/** Writes the model's object as it has to be now. @returns what it holds; undefined where there is no such model */
export async function describeModel(bucket: Bucket, name: string): Promise<ModelEntry | undefined> {
  const key = modelKey(name);
  const object = await bucket.get(key);
  const before = object === null ? undefined : (JSON.parse(await object.text()) as ModelRecord);
  const all = await tagsOf(bucket, name);
  const tags = versionsOf(all);
  const importing = await firstImport(bucket, name);
  const shown = shownTag(tags);
  await forgetInspections(bucket, name, new Set(all.map(({ digest }) => digest)));
  if (shown === undefined && importing === undefined) {
    if (before !== undefined) await bucket.delete(key);
    return undefined;
  }
  const image = shown && (await describeImage(bucket, name, { shown, before }));
  const { version: _, ...entry }: ModelRecord = {
    version: VERSION,
    name,
    tags: tags.length,
    updatedAt: shown?.updatedAt ?? importing ?? '',
    formats: [],
    ...(shown === undefined ? {} : { tag: shown.tag, digest: shown.digest }),
    ...image,
    ...(importing === undefined ? {} : { importing: true }),
  };
  const text = JSON.stringify({ version: VERSION, ...entry });
  // R2 takes one write a second to a key: none is made for nothing.
  if (text !== JSON.stringify(before)) {
    await bucket.put(key, text, { httpMetadata: { contentType: 'application/json' } });
  }
  return entry;
}

/** All tags, the one that was moved last first. */
export async function tagsOf(bucket: Bucket, name: string): Promise<ModelTag[]> {
  const tags: ModelTag[] = [];
  for await (const { tag, digest, movedAt, image } of allTags(bucket, name)) {
    const updatedAt = movedAt.toISOString();
    tags.push({ tag, digest, updatedAt, ...(image === undefined ? {} : { image }) });
  }
  return tags.toSorted((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
}

/** @param tags the one that was moved last first */
export function shownTag(tags: readonly ModelTag[]): ModelTag | undefined {
  return tags.find(({ tag }) => tag === 'latest') ?? tags[0];
}

/** When an import began that is on its way. */
async function firstImport(bucket: Bucket, name: string): Promise<string | undefined> {
  for await (const { state, updatedAt } of importsTo(bucket, name)) {
    if (state !== 'done' && state !== 'failed') return updatedAt.toISOString();
  }
  return undefined;
}

type ImageFacts = Omit<ModelEntry, 'name' | 'tag' | 'digest' | 'tags' | 'updatedAt' | 'importing' | 'pulls'>;

async function describeImage(
  bucket: Bucket,
  name: string,
  { shown, before }: { shown: ModelTag; before: ModelRecord | undefined },
): Promise<ImageFacts> {
  if (before?.version === VERSION && before.digest === shown.digest) return factsOf(before);
  const inspection = await inspectImage(bucket, name, shown.digest);
  return inspection === undefined ? { formats: [] } : summarise(inspection);
}

function factsOf(entry: ModelEntry): ImageFacts {
  const { kind, size, files, formats, revision, license, task, library } = entry;
  return { ...defined({ kind, size, files, revision, license, task, library }), formats };
}

function summarise(inspection: Inspection): ImageFacts {
  const { kind, annotations, artifact, card, files, incomplete, layers, size } = inspection;
  return {
    ...defined({
      kind: kind === 'image' ? undefined : kind,
      size,
      files: incomplete === undefined && layers.length > 0 ? files.length : undefined,
      revision: cut(annotations[ANNOTATION.revision]),
      license: cut(annotations[ANNOTATION.license] ?? artifact?.licenses?.join(', ') ?? card?.license),
      task: cut(card?.task),
      library: cut(card?.library),
    }),
    formats: formatsOf(inspection),
  };
}

function cut(text: string | undefined): string | undefined {
  return text?.trim() === '' ? undefined : text?.slice(0, MAX_TEXT);
}

/** Without what is not known. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
