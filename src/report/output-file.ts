/** Files that the user names for what a command has to say. */
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { UsageError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';

/**
 * Writes it, and the folders around it.
 *
 * @param option that names the file, as in `--summary`
 * @throws UsageError where nothing can be written there
 */
export async function writeOutputFile(option: string, file: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(file));
    await writeFile(file, text);
  } catch (cause) {
    throw new UsageError(
      `${option} ${file} cannot be written: ${Error.isError(cause) ? cause.message : String(cause)}`,
      {
        hint: 'Name a file that may be made and written to.',
        cause,
      },
    );
  }
}
