/** What a request is told when its route has no answer. */
import type { RouteContext } from './environment.ts';
import { OciError } from './errors.ts';
import { SettingsError } from './settings.ts';

/** Writes what went wrong inside to the log: the answer does not tell it. */
export function answerError(error: Error): OciError {
  if (error instanceof OciError) return error;
  console.error(error);
  if (error instanceof SettingsError) {
    return new OciError('UNKNOWN', `the registry is not set up right: ${error.message}`);
  }
  return new OciError('UNKNOWN', 'something went wrong here: try again');
}

export function answerUnknown({ req: { method, path } }: RouteContext): OciError {
  return ['GET', 'HEAD'].includes(method)
    ? new OciError('NAME_UNKNOWN', `there is nothing at ${path}`)
    : new OciError('UNSUPPORTED', `${method} is not possible at ${path}`);
}
