/** What a manifest is: an image of a model, a container that runs, or an artifact of another format. */
import { isImageConfig, modelFormat, type ModelFormat } from '../../../src/artifacts/model-format.ts';
import { isContainer } from '../../../src/containers/is-container.ts';
import type { Bucket } from '../storage/bucket.ts';
import { parseObject, readConfig, type ImageManifests } from './manifest.ts';

/** `image`: files of a model and nothing to start. `artifact`: what is made for other clients than those known here. */
export type Kind = 'image' | 'container' | ModelFormat | 'artifact';

export async function readKind(bucket: Bucket, repository: string, manifests: ImageManifests): Promise<Kind> {
  const { config, artifactType, annotations } = manifests;
  if (config === undefined) return 'image';
  const format = modelFormat({ config, artifactType });
  if (format !== undefined) return format;
  if (!isImageConfig(config.mediaType)) return 'artifact';
  const bytes = await readConfig(bucket, repository, config);
  const json = bytes && parseObject(new TextDecoder().decode(bytes));
  return isContainer(annotations, json) ? 'container' : 'image';
}
