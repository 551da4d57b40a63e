/** An entry with `variants` is parsed as one entry for each image; some jobs are about what the list has. */
import type { Entry, Position, Variant } from './entry.ts';

/**
 * @param entries of one list
 * @returns each as the list has it: the images of its variants as one with all of their tags and files.
 */
export function wholeEntries(entries: readonly Entry[]): Entry[] {
  const whole = new Map<Position, Entry>();
  for (const entry of entries) {
    const { position, variant } = entry;
    const tags = [...(whole.get(position)?.tags ?? []), ...entry.tags];
    whole.set(position, variant === undefined ? entry : { ...entry, tags, variant: all(variant) });
  }
  return [...whole.values()];
}

function all({ claimed }: Variant): Variant {
  return { globs: claimed, claimed };
}
