/** Manifests, indexes and configs that anybody may have written, held to the image specification. */
import { z } from 'zod';

import { UserError } from '../errors.ts';
import type { Descriptor, ImageConfig, Index, Manifest } from '../oci/descriptor.ts';
import { isDigest, type Digest } from '../oci/digest.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'is not a digest');
const annotations = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

const descriptor = z.looseObject({
  mediaType: z.string(),
  digest,
  size: z.int().nonnegative(),
  annotations,
});

const platform = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().exactOptional(),
});

const manifest = z.looseObject({
  config: descriptor,
  // An artifact without layers may have none at all.
  layers: z
    .array(descriptor)
    .nullish()
    .transform((value) => value ?? []),
  annotations,
});

const index = z.looseObject({
  manifests: z.array(descriptor.extend({ platform: platform.exactOptional() })),
  annotations,
});

const config = z.looseObject({
  rootfs: z.looseObject({ diff_ids: z.array(digest) }).exactOptional(),
});

/** What there is of an image's config: that of an artifact is another document. */
export type ReadConfig = Partial<Omit<ImageConfig, 'rootfs'>> & {
  rootfs?: { diff_ids: readonly Digest[] };
};

/** @throws UserError saying what is wrong with it; `what` names it. */
export function parseManifest(bytes: Uint8Array, what: string): Manifest {
  return parsed(manifest, bytes, what) as unknown as Manifest;
}

/** @throws UserError */
export function parseIndex(bytes: Uint8Array, what: string): Index & { manifests: readonly Descriptor[] } {
  return parsed(index, bytes, what) as unknown as Index;
}

/** @throws UserError */
export function parseConfig(bytes: Uint8Array, what: string): ReadConfig {
  return parsed(config, bytes, what);
}

function parsed<Schema extends z.ZodType>(schema: Schema, bytes: Uint8Array, what: string): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new UserError(`${what} is not JSON.`, { hint: HINT, cause });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UserError(
    `${what} is not as the image specification has it: ${issue?.path.join('.')}: ${issue?.message}`,
    { hint: HINT },
  );
}

const HINT = 'Publish the image anew, or name another one.';
