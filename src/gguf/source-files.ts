/** GGUF files of a model on the Hub or in a folder, whose headers are read by ranges. */
import { rangedGguf, type GgufFile } from '../formats/gguf-files.ts';
import { isGguf } from '../formats/gguf-shards.ts';
import type { Source, SourceFile } from '../hub/source.ts';

/** Those among some of the source's files. */
export function sourceGgufs(source: Source, files: readonly SourceFile[], signal: AbortSignal): GgufFile[] {
  return files.filter(isGguf).map((file) =>
    rangedGguf(file.path, {
      size: file.size,
      async read(offset, length) {
        const target = new Uint8Array(length);
        await source.read(file, offset, target, signal);
        return target;
      },
    }),
  );
}
