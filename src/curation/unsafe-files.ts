/** Which files of a model are pickles: programs that run where they are loaded. */
import pLimit from 'p-limit';

import type { Source, SourceFile } from '../hub/source.ts';
import { findPickles, type FoundPickle } from '../pickle/find-pickles.ts';
import { printable } from '../report/printable.ts';

export interface UnsafeFile extends FoundPickle {
  /** Of the file; see `inside` for that in an archive. */
  path: string;
}

export interface UnsafeFiles {
  found: readonly UnsafeFile[];
  /** Files that were not looked into, for their number. */
  unseen: number;
}

/** Files of a model that are looked into; each costs a request, of which the Hub allows some thousands in 5 minutes. */
const MOST_FILES = 1000;
const FILES_AT_ONCE = 4;

/** Reads the beginning of every file, and of pickles what tells what they import. @throws what `source.read` throws */
export async function findUnsafeFiles(
  source: Source,
  files: readonly SourceFile[],
  signal: AbortSignal,
): Promise<UnsafeFiles> {
  // What is stored with LFS is no text, and comes first.
  const order = files.filter(({ size }) => size > 0).toSorted((a, b) => rank(a) - rank(b));
  const turn = pLimit(FILES_AT_ONCE);
  const found = await Promise.all(
    order.slice(0, MOST_FILES).map((file) =>
      turn(async () => {
        const read = async (offset: number, length: number): Promise<Uint8Array> => {
          const bytes = new Uint8Array(length);
          await source.read(file, offset, bytes, signal);
          return bytes;
        };
        const pickles = await findPickles({ size: file.size, read });
        return pickles.map((pickle) => ({ path: file.path, ...pickle }));
      }),
    ),
  );
  return { found: found.flat(), unseen: Math.max(0, order.length - MOST_FILES) };
}

function rank({ oid }: SourceFile): number {
  return oid.startsWith('sha256:') ? 0 : 1;
}

/** Names that a message says. */
const MOST_NAMES = 5;

/** What is wrong with a file, and what to do: `message\nhint`. */
export function explainUnsafe({ path, inside, judgement, imports, unclear }: UnsafeFile): string {
  const where = inside === undefined ? path : `${path} (${inside} in it)`;
  const names = imports
    .slice(0, MOST_NAMES)
    .map((name) => printable(name))
    .join(', ');
  const more = imports.length > MOST_NAMES ? ` and ${imports.length - MOST_NAMES} more` : '';
  const does =
    imports.length === 0
      ? []
      : [
          judgement === 'dangerous'
            ? `may run ${names}${more}`
            : `imports ${names}${more}, of which no harm is known`,
        ];
  const reasons = [...does, ...(unclear === undefined ? [] : [unclear])].join('; ');
  return judgement === 'dangerous'
    ? `${printable(where)} is a pickle that runs code where it is loaded: it ${reasons}\n` +
        'do not publish it before you know what it does: leave it out with exclude, or take the safetensors of the model'
    : `${printable(where)} may be unsafe to load: it ${reasons}\n` +
        'leave it out with exclude where the model has safetensors too';
}
