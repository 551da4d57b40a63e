/** The compiled list, as requests read it: parsed once in an isolate, and looked at anew after a second. */
import type { Bucket, Stored } from '../storage/bucket.ts';
import { CATALOGUE_KEY } from '../storage/keys.ts';
import type { CatalogueList, ModelEntry } from './entry.ts';

/** Raise it where entries change their shape: an older list is compiled anew. */
export const LIST_VERSION = 1;
/** Milliseconds in which R2 is not asked again. */
const FRESH = 1000;

export interface LoadedList {
  /** Of the list as it was compiled. */
  etag: string;
  models: readonly ModelEntry[];
  /** There is no list yet: it is being compiled. */
  isMissing: boolean;
}

interface Held {
  list: LoadedList;
  checkedAt: number;
}

const MISSING: LoadedList = { etag: 'none', models: [], isMissing: true };
/** By the isolate's binding, which is the same for all requests. */
const held = new WeakMap<object, Held>();

/** @param binding what the list is remembered by */
export async function loadList(bucket: Bucket, binding: object): Promise<LoadedList> {
  const before = held.get(binding);
  const now = Date.now();
  if (before !== undefined && now - before.checkedAt < FRESH) return before.list;
  const found = await bucket.head(CATALOGUE_KEY);
  const list =
    found !== null && found.etag === before?.list.etag ? before.list : await readList(bucket, found);
  held.set(binding, { list, checkedAt: now });
  return list;
}

async function readList(bucket: Bucket, found: Stored | null): Promise<LoadedList> {
  const object = found === null ? null : await bucket.get(CATALOGUE_KEY);
  if (object === null) return MISSING;
  const { version, models } = JSON.parse(await object.text()) as CatalogueList;
  return version === LIST_VERSION ? { etag: object.etag, models, isMissing: false } : MISSING;
}
