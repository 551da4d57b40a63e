/** What an image says of the model in it: by its annotations, else by its config, whichever tool wrote that. */
import { z } from 'zod';

import { isImageConfig, modelFormat, type ModelFormat } from '../artifacts/model-format.ts';
import { isContainer, namedBase, type NamedBase } from '../containers/is-container.ts';
import { ANNOTATION } from '../image/annotations.ts';
import { isDigest, type Digest } from '../oci/digest.ts';
import { MEDIA_TYPE } from '../oci/media-types.ts';
import type { OpenImage } from '../reading/image.ts';

/** `image`: files of a model and nothing to start. `artifact`: what is made for clients that are not known here. */
export type Kind = 'image' | 'container' | ModelFormat | 'artifact';

export interface Facts {
  kind: Kind;
  /** The image whose layers it shares: the digest of that one's index. */
  of?: Digest;
  /** What it was made on. */
  base?: NamedBase;
  title?: string;
  revision?: string;
  source?: string;
  /** SPDX expression or the model's own word for it. */
  license?: string;
  created?: string;
  /** What a container of the image would be started with. */
  cmd?: readonly string[];
}

const text = z.string().min(1).optional().catch(undefined);

/** Labels of an image, the Kitfile of a ModelKit (KitOps), the descriptor of a ModelPack artifact. */
const config = z.object({
  config: z
    .object({
      Labels: z.record(z.string(), z.string()).optional().catch(undefined),
      Cmd: z.array(z.string()).optional().catch(undefined),
      Entrypoint: z.array(z.string()).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  package: z.object({ name: text, license: text }).optional().catch(undefined),
  descriptor: z
    .object({
      name: text,
      licenses: z.array(z.string()).optional().catch(undefined),
      sourceURL: text,
      revision: text,
      createdAt: text,
    })
    .optional()
    .catch(undefined),
});

const MAX_CONFIG = 4 * 2 ** 20;

const CONFIG_TYPE =
  /^application\/vnd\.(?:oci\.image|docker\.container\.image|kitops\.modelkit|cn(?:cf|ai)\.model)\./;

/** @throws RegistryError */
export async function readFacts(image: OpenImage): Promise<Facts> {
  const { manifest, index } = image;
  const told = { ...index?.annotations, ...manifest.annotations };
  const found = await readConfig(image);
  const { package: kit, descriptor: pack } = found;
  const annotations: Record<string, string> = { ...found.config?.Labels, ...told };
  return defined({
    kind: kindOf(image, found),
    of: imageOf(told),
    base: namedBase({ ...told, ...index?.annotations }),
    title: annotations[ANNOTATION.title] ?? kit?.name ?? pack?.name,
    revision: annotations[ANNOTATION.revision] ?? pack?.revision,
    source: annotations[ANNOTATION.source] ?? pack?.sourceURL,
    license: annotations[ANNOTATION.licenses] ?? kit?.license ?? pack?.licenses?.join(', '),
    created: annotations[ANNOTATION.created] ?? pack?.createdAt,
    cmd: found.config?.Cmd,
  });
}

/** What an image or artifact says that it shares its layers with. */
export function imageOf(annotations: Readonly<Record<string, string>>): Digest | undefined {
  const digest = annotations[ANNOTATION.image];
  return digest !== undefined && isDigest(digest) ? digest : undefined;
}

/** @param found its config, where that was read: without it a container is told by its base alone */
export function kindOf({ manifest, index }: OpenImage, found?: object): Kind {
  const format = modelFormat(manifest);
  if (format !== undefined) return format;
  if (!isImageConfig(manifest.config.mediaType)) return 'artifact';
  return isContainer({ ...index?.annotations, ...manifest.annotations }, found) ? 'container' : 'image';
}

async function readConfig({ repository, manifest }: OpenImage): Promise<z.output<typeof config>> {
  const { mediaType, digest } = manifest.config;
  if (mediaType === MEDIA_TYPE.empty || !CONFIG_TYPE.test(mediaType)) return {};
  const bytes = await repository.getBlob(digest, MAX_CONFIG);
  return config.safeParse(parseJson(bytes)).data ?? {};
}

/** Undefined where it is not JSON: a config that cannot be read says nothing. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function defined<T extends object>(fields: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
