/** GGUF files of a model on the Hub, whose headers are read by ranges. */
import { rangedGguf, type GgufFile } from '../formats/gguf-files.ts';
import { isGguf } from '../formats/gguf-shards.ts';
import type { Source } from '../hub/source.ts';

export async function sourceGgufs(source: Source, signal: AbortSignal): Promise<GgufFile[]> {
  const { files } = await source.revision(signal);
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
