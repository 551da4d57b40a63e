import { z } from 'zod';

import { UserError } from '../errors.ts';
import { HttpError } from '../http/http-error.ts';
import { reasonOf } from '../http/reason.ts';

export interface Asked {
  /** As in `list the versions of ghcr.io/acme/gpt2`. */
  doing: string;
  /** Whose API it is. */
  api: string;
  /** What to do about an answer of less than 500. */
  hint: (answer: HttpError) => string;
}

/** An error of a request to a registry's own API, in words. What is explained already stays as it is. */
export function explainApi(error: unknown, { doing, api, hint }: Asked): unknown {
  if (error instanceof UserError || !Error.isError(error) || error.name === 'AbortError') return error;
  if (error instanceof z.ZodError) {
    return new UserError(`Could not ${doing}: ${api} answered something else than its API does.`, {
      hint: 'Check the address, and whether a proxy changes what is said.',
      cause: error,
    });
  }
  const isAnswer = error instanceof HttpError;
  const said = isAnswer
    ? `answered ${error.status}${saidIn(error)}`
    : `cannot be reached: ${reasonOf(error)}`;
  return new UserError(`Could not ${doing}: ${api} ${said}`, {
    hint: isAnswer && error.status < 500 ? hint(error) : `${api} may be failing: try again later.`,
    cause: error,
  });
}

/** `{"message"}` of GitHub's, `{"error": {"message"}}` of Google's, `{"errors": [{"message"}]}` of registries. */
function saidIn({ body }: HttpError): string {
  try {
    const json = JSON.parse(body) as {
      message?: unknown;
      error?: { message?: unknown };
      errors?: { message?: unknown }[];
    };
    const said = json.message ?? json.error?.message ?? json.errors?.[0]?.message;
    if (typeof said === 'string' && said !== '') return `: ${said.slice(0, 300)}`;
  } catch {
    // No JSON: a page for people, or nothing at all.
  }
  return '';
}
