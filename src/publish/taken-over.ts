/** Layers that need not be built, since what a tag has now has them. */
import { publishedLayers, type PublishedImage, type PublishedLayers } from '../image/published.ts';
import type { Repository } from '../registry/registry.ts';

/** @param force ask for each blob: whoever has an image made anew may do so because the registry lost a part of it */
export async function takenOver(
  repository: Repository,
  previous: PublishedImage | undefined,
  { force }: { force: boolean },
): Promise<PublishedLayers> {
  const layers = await publishedLayers(repository, previous);
  if (!force) return layers;
  for (const [key, { descriptor }] of layers) {
    if ((await repository.hasBlob(descriptor.digest)) !== descriptor.size) layers.delete(key);
  }
  return layers;
}
