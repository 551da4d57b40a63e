/** A setting of the Worker out of a file, for `serve`. */
import { readFile } from 'node:fs/promises';

import type { z } from 'zod';

import { UsageError } from '../errors.ts';

export interface Setting<Schema extends z.ZodType> {
  /** As it is named on the command line. */
  option: string;
  schema: Schema;
  /** What the schema wants, in words. */
  shape: string;
  hint: string;
}

/** @throws UsageError where the file cannot be read, or holds something else */
export async function readSetting<Schema extends z.ZodType>(
  file: string,
  { option, schema, shape, hint }: Setting<Schema>,
): Promise<z.output<Schema>> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const isMissing = Error.isError(error) && 'code' in error && error.code === 'ENOENT';
    const why = isMissing ? 'there is no such file' : `it is no ${shape}`;
    throw new UsageError(`${option} ${file} cannot be read: ${why}`, { hint, cause: error });
  }
}
