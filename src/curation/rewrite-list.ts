/** Changes a list's file: at once or not at all, and nothing that was written to it meanwhile is lost. */
import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { UserError } from '../errors.ts';
import { editList, type Edit } from '../models/edit.ts';
import { ListError } from '../models/list-error.ts';
import { parseList } from '../models/parse.ts';
import { readList, type ReadList } from '../models/read-list.ts';

/** The edits that could not be made, and why. */
export type Refused = ReadonlyMap<Edit, UserError>;

/**
 * @param models the list's path.
 * @param editsFor the edits of the list as it is now, which may not be how it was when the command began.
 * @throws ListError where it has got mistakes meanwhile; UserError where it cannot be written.
 */
export async function rewriteList(
  models: string,
  editsFor: (list: ReadList) => readonly Edit[],
): Promise<Refused> {
  const list = await readList(models);
  if (list.problems.length > 0) throw new ListError(models, list.problems);
  const { text, refused } = editEach(list.text, editsFor(list));
  const [problem] = parseList(text, models).problems;
  if (problem !== undefined) throw new Error(`the edited list is wrong: ${problem.message}`);
  if (text !== list.text) await replaceFile(models, text);
  return refused;
}

/** One that cannot be made does not keep the others from it. */
function editEach(text: string, edits: readonly Edit[]): { text: string; refused: Refused } {
  const refused = new Map<Edit, UserError>();
  try {
    return { text: editList(text, edits), refused };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  for (const edit of edits) {
    try {
      editList(text, [edit]);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refused.set(edit, error);
    }
  }
  return {
    text: editList(
      text,
      edits.filter((edit) => !refused.has(edit)),
    ),
    refused,
  };
}

/** Beside the file and then in its place: who reads it meanwhile finds the old one or the new one, whole. */
async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}`);
  try {
    const { mode } = await stat(target);
    await using handle = await open(temporary, 'wx', mode);
    await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (!Error.isError(cause) || !('code' in cause)) throw cause;
    throw new UserError(`the list ${file} cannot be written: ${cause.message}`, {
      hint: 'Give yourself the right to write to it and to its folder, and see that the disk has room.',
      cause,
    });
  }
}
