/** The import hook's words: what it is asked for, what it answers, and how it is reached (docs/imports.md). */
import { z } from 'zod';

import type { RetryOptions, Wait } from '../http/retry.ts';
import type { Digest } from '../oci/digest.ts';
import type { Transport } from '../registry/transport.ts';
import type { Prove } from './proof.ts';

/** What is to be imported, and under which name. */
export interface ImportOrder {
  /** Of the importing registry, without its host. */
  repository: string;
  tag: string;
  /** Of the index. */
  digest: Digest;
  upstream: {
    /** host[:port] */
    registry: string;
    repository: string;
  };
}

/** Bytes of blobs that the registry had not. */
export interface ImportedBytes {
  done: number;
  total: number;
}

/** Seconds. */
export interface HookPatience {
  /** How long the registry may be silent. */
  silence: number;
  /** How long an import may stand still: its upstream may be gone for a while, and a step is tried several times. */
  standstill: number;
  retry: Pick<RetryOptions, 'attempts' | 'totalWait' | 'backOff'>;
}

export interface Hook {
  /** As in `https://registry.example`. */
  origin: string;
  host: string;
  prove: Prove;
  transport: Transport;
  patience: HookPatience;
  signal: AbortSignal | undefined;
  onWait: ((wait: Wait) => void) | undefined;
}

/** What the hook answers of an import. */
export const ImportStatus = z.object({
  state: z.enum(['queued', 'running', 'done', 'failed']),
  digest: z.string(),
  updatedAt: z.string().optional(),
  bytes: z.object({ done: z.number(), total: z.number() }).default({ done: 0, total: 0 }),
  error: z.object({ message: z.string(), hint: z.string().optional() }).optional(),
});
export type ImportStatus = z.infer<typeof ImportStatus>;
