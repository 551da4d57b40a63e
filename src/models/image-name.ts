/**
 * Image names are the model's name in lower case, mapped to the repository grammar of the distribution
 * specification (spec.md, "Pulling manifests"): components of letters and digits, with `.`, `_`, `__` or any
 * number of `-` between them. The Hub allows more: separators next to each other and at the ends.
 */
import { isRepository } from '../oci/reference.ts';

const ALLOWED_SEPARATOR = /^(?:\.|__?|-+)$/;

/**
 * The repository name for a model: lower-cased; separators at an end of a component are dropped, and a run of
 * separators that the grammar does not know becomes one `-` (`a_-b` → `a-b`).
 *
 * @returns undefined where nothing of a component is left (`owner/_`).
 */
export function imageNameOf(model: string): string | undefined {
  const name = model
    .toLowerCase()
    .split('/')
    .map((component) =>
      component
        .replaceAll(/^[._-]+|[._-]+$/g, '')
        .replaceAll(/[._-]+/g, (run) => (ALLOWED_SEPARATOR.test(run) ? run : '-')),
    )
    .join('/');
  return isRepository(name) ? name : undefined;
}

/** The repository of an image below a registry's prefix, which may be empty. */
export function repositoryOf(prefix: string, image: string): string {
  return prefix === '' ? image : `${prefix}/${image}`;
}
