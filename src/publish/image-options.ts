/** What an image says besides its layers: labels and arguments, of its entry and of its GGUF files. */
import { ggufCommand } from '../gguf/command.ts';
import { ggufLabels } from '../gguf/labels.ts';
import { readModels } from '../gguf/read-models.ts';
import { sourceGgufs } from '../gguf/source-files.ts';
import type { Source, SourceFile } from '../hub/source.ts';
import type { ImageOptions } from '../image/image.ts';
import type { Entry } from '../models/entry.ts';
import { printable } from '../report/printable.ts';
import type { Progress } from '../report/progress.ts';

interface Content {
  entry: Entry;
  source: Source;
  /** All files of the image. */
  files: readonly SourceFile[];
  /** The one among them that is the entry's prompt. */
  prompt: SourceFile | undefined;
}

interface Run {
  progress: Progress;
  signal: AbortSignal;
}

/**
 * Reads the headers of GGUF files. One that cannot be read is published like any other file, and said.
 * @throws UserError where the entry's `cmd` cannot be filled in, and what the source throws
 */
export async function readImageOptions(
  { entry, source, files, prompt }: Content,
  { progress, signal }: Run,
): Promise<ImageOptions> {
  const { labels, cmd } = entry;
  const { models, broken } = await readModels(sourceGgufs(source, files, signal));
  for (const why of broken) progress.note(`  ${entry.name}: no labels of ${printable(why)}`);
  const paths = new Set(files.map(({ path }) => path));
  return {
    ...(prompt === undefined ? {} : { prompt: prompt.path }),
    labels: { ...ggufLabels(models), ...labels },
    ...(cmd === undefined ? {} : { cmd: ggufCommand(cmd, models, paths) }),
  };
}
