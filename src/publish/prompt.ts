/** An entry's system prompt: a file beside the list that becomes one of the image's. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { UserError } from '../errors.ts';
import type { Source, SourceFile } from '../hub/source.ts';
import { hasPrompt, MAX_PROMPT, promptFile, type Entry } from '../models/entry.ts';
import type { Digest } from '../oci/digest.ts';

export interface Prompt {
  /** As a layer has it: at the top, under the file's own name. */
  file: SourceFile;
  digest: Digest;
  content: Uint8Array;
}

/** @throws UserError where it cannot be read by now */
export async function readPrompt(entry: Entry): Promise<Prompt | undefined> {
  if (!hasPrompt(entry)) return undefined;
  const content = await readFile(promptFile(entry)).catch((cause: unknown) => {
    throw unreadable(entry.prompt, Error.isError(cause) ? cause.message : String(cause), cause);
  });
  if (content.length > MAX_PROMPT) throw unreadable(entry.prompt, `it has ${content.length} bytes`);
  const digest: Digest = `sha256:${hash('sha256', content)}`;
  const file: SourceFile = { path: path.basename(entry.prompt), size: content.length, oid: digest };
  return { file, digest, content };
}

function unreadable(prompt: string, why: string, cause?: unknown): UserError {
  return new UserError(`The prompt ${prompt} cannot be read: ${why}.`, {
    hint: `Check \`prompt:\` in the list: a text of at most ${MAX_PROMPT} bytes.`,
    cause,
  });
}

/** The source, with the prompt's content for whoever reads its file. */
export function withPrompt(source: Source, prompt: Prompt | undefined): Source {
  if (prompt === undefined) return source;
  const { file, content } = prompt;
  return {
    revision: (signal) => source.revision(signal),
    async read(asked, offset, target, signal) {
      if (asked !== file) await source.read(asked, offset, target, signal);
      else target.set(content.subarray(offset, offset + target.length));
    },
    close: () => source.close(),
  };
}
