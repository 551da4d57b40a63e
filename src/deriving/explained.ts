/** What is wrong with an artifact or a base, as the person at the keyboard is told. */
import { ArtifactError } from '../artifacts/artifact-error.ts';
import { ContainerError } from '../containers/container-error.ts';
import { UserError } from '../errors.ts';
import { printable } from '../report/printable.ts';

/** Characters of a message, which may have texts of the documents in it. */
const MOST_SHOWN = 1000;

/**
 * Does `work`, which reads documents that anybody may have written.
 * @param about what they are of; stands before the message
 * @throws UserError in place of ArtifactError and ContainerError
 */
export async function explained<T>(about: string | undefined, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ArtifactError || error instanceof ContainerError)) throw error;
    const message = printable(error.message, MOST_SHOWN);
    throw new UserError(about === undefined ? message : `${about}: ${lowered(message)}`, {
      hint: printable(error.hint, MOST_SHOWN),
      cause: error,
    });
  }
}

function lowered(message: string): string {
  return message.replace(/^(?:The|It|There)\b/, (word) => word.toLowerCase());
}
