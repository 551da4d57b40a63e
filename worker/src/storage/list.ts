import type { Bucket, ListOptions, Stored } from './bucket.ts';

/** Every object under a prefix, in the order of the keys' bytes, page after page. */
export async function* listAll(bucket: Bucket, options: ListOptions): AsyncGenerator<Stored> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list(cursor === undefined ? options : { ...options, cursor });
    yield* page.objects;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}
