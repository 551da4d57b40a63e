import { retry } from '../storage/retry.ts';
import { catalogueOf, type CatalogueNamespace } from './protocol.ts';

/**
 * Has the catalogue look at a model anew. What was just done to it is done, whatever becomes of this: a failure is
 * written to the log, and made up for by the nightly rebuild.
 */
export async function touchModel(
  { CATALOGUE }: { CATALOGUE: CatalogueNamespace },
  name: string,
): Promise<void> {
  try {
    await retry(
      () => catalogueOf(CATALOGUE).touch(name),
      (error) => (error as { retryable?: boolean }).retryable === true,
    );
  } catch (error) {
    console.error(error);
  }
}
