/** Asking Google's token endpoints. */
import { z } from 'zod';

import { UserError } from '../errors.ts';
import { HttpError } from '../http/http-error.ts';
import { reasonOf } from '../http/reason.ts';
import { requestJson, type JsonRequest } from '../http/request-json.ts';
import type { TokenRequest } from './access-token.ts';

export interface Exchange {
  request: Omit<JsonRequest, 'method'>;
  /** What was wanted, for messages: `Google gives no access token for …`. */
  wanted: string;
  /** What to do where the answer has this status. */
  hint: (status: number) => string;
}

/** OAuth 2.0's errors (RFC 6749, 5.2), and those of Google's own APIs. */
const Refusal = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z
    .object({ error: z.string(), error_description: z.string().optional() })
    .transform(({ error, error_description }) => error_description ?? error),
]);

/** @throws UserError with Google's own words where it refuses, and where what comes back is not of the shape */
export async function exchange<T>(
  { request, wanted, hint }: Exchange,
  shape: z.ZodType<T>,
  { signal, onWait }: TokenRequest,
): Promise<T> {
  let json: unknown;
  try {
    ({ json } = await requestJson({ ...request, method: 'POST' }, { signal, onWait }));
  } catch (error) {
    signal?.throwIfAborted();
    const status = error instanceof HttpError ? error.status : undefined;
    throw new UserError(`Google gives no ${wanted}: ${saidBy(error)}`, {
      hint:
        status === undefined || status >= 500
          ? `Try again; where it goes on, check that ${request.url.host} can be reached from here.`
          : hint(status),
      cause: error,
    });
  }
  const answer = shape.safeParse(json);
  if (answer.success) return answer.data;
  throw new UserError(`${request.url.host} answered without a token.`, {
    hint: 'Check that the address leads to Google, and not to a proxy or a sign-in page.',
  });
}

function saidBy(error: unknown): string {
  if (!(error instanceof HttpError)) return reasonOf(error);
  const said = parseBody(error.body);
  return said === undefined ? error.message : `${new URL(error.url).host} answered ${error.status}: ${said}`;
}

function parseBody(body: string): string | undefined {
  try {
    return Refusal.safeParse(JSON.parse(body)).data?.slice(0, 300);
  } catch {
    return undefined; // not JSON: its message has the words
  }
}
