/** What the store notes of a model: a JSON file for each reference. */
import { z } from 'zod';

import type { Digest } from '../oci/digest.ts';

export interface StoredFile {
  /** From the model's folder. */
  path: string;
  /** Bytes. */
  size: number;
  /** Of its content; absent where the image does not say it. */
  digest?: string | undefined;
}

export interface StoredModel {
  /** As it was pulled, with its tag or digest. */
  reference: string;
  /** Of what the reference named then: an index, or a manifest. */
  digest: Digest;
  /** Of the platform's manifest: images of one manifest are one folder. */
  manifest: Digest;
  /** ISO 8601. */
  pulled: string;
  /** Whether all of the image is there, and not only paths that were asked for. */
  isWhole: boolean;
  /** What the image is run with. */
  cmd: readonly string[];
  files: readonly StoredFile[];
}

const digest = z.custom<Digest>((value) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value));

const schema = z.object({
  reference: z.string(),
  digest,
  manifest: digest,
  pulled: z.string(),
  isWhole: z.boolean(),
  cmd: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), size: z.number(), digest: z.string().optional() })),
});

/** @returns undefined where it is none */
export function parseRecord(text: string): StoredModel | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
