/** Has a model's tags imported from the registry that they were pushed to (docs/imports.md). */
import type { ImportedBytes } from '../imports/hook.ts';
import type { Digest } from '../oci/digest.ts';
import { isDockerHub } from '../registry/endpoint.ts';
import type { Progress } from '../report/progress.ts';
import type { Target } from './target.ts';

/** One after the other: the first brings the blobs, and the others find them there. */
export async function importTags(
  tags: readonly { tag: string; digest: Digest }[],
  { registry, repositoryName, imports }: Target,
  { progress }: { progress: Progress },
): Promise<void> {
  if (imports === undefined) return;
  // The name by which an importing registry knows Docker Hub is that of its API.
  const upstream = {
    registry: isDockerHub(registry) ? 'registry-1.docker.io' : registry,
    repository: repositoryName,
  };
  for (const { tag, digest } of tags) {
    const what = `import of ${imports.name}:${tag}`;
    progress.begin(what);
    try {
      await imports.importTag({ tag, digest, upstream }, tellBytes(progress));
    } finally {
      progress.end(what);
    }
    progress.note(`  imported ${imports.name}:${tag}`);
  }
}

/** Each report tells of all bytes so far. */
function tellBytes(progress: Progress): (bytes: ImportedBytes) => void {
  let told: ImportedBytes = { done: 0, total: 0 };
  return (bytes) => {
    progress.expect(bytes.total - told.total);
    progress.moved(bytes.done - told.done);
    told = bytes;
  };
}
