/** Tells an image that runs from one that only carries files. */
import type { Annotations } from '../oci/descriptor.ts';
import { isDigest, type Digest } from '../oci/digest.ts';
import { BASE_DIGEST, BASE_NAME } from './compose.ts';

/** annotations.md: what an image says that it was made on. */
export interface NamedBase {
  name?: string;
  digest?: Digest;
}

/** Undefined where it names none. */
export function namedBase(annotations: Annotations): NamedBase | undefined {
  const name = annotations[BASE_NAME];
  const digest = annotations[BASE_DIGEST];
  const base = {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(digest !== undefined && isDigest(digest) ? { digest } : {}),
  };
  return Object.keys(base).length === 0 ? undefined : base;
}

/**
 * Whether there is something to start: a base, an entrypoint, or a command that is a program. Images of models may have
 * a command, too, of arguments alone (`-m model.gguf`), for a program that is elsewhere.
 * @param config the image's config (config.md), which anybody may have written
 */
export function isContainer(annotations: Annotations, config: unknown): boolean {
  if (namedBase(annotations) !== undefined) return true;
  const section = (config as { config?: { Entrypoint?: unknown; Cmd?: unknown } | null } | undefined)?.config;
  const [entrypoint] = listOf(section?.Entrypoint);
  const [command] = listOf(section?.Cmd);
  return entrypoint !== undefined || (typeof command === 'string' && !command.startsWith('-'));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
