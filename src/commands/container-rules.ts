/** The rules by which `serve` makes containers of ModelKits: `--containers` as the Worker's setting (docs/runtimes.md). */
import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { UsageError } from '../errors.ts';

/** What is in a rule, the Worker itself checks, and says in its log. */
const Rules = z.array(z.record(z.string(), z.unknown()));

/**
 * @param file holds what CONTAINERS does
 * @throws UsageError where it cannot be read
 */
export async function containerSettings(file: string): Promise<Record<string, string>> {
  try {
    return { CONTAINERS: JSON.stringify(Rules.parse(JSON.parse(await readFile(file, 'utf8')))) };
  } catch (error) {
    const why =
      Error.isError(error) && 'code' in error && error.code === 'ENOENT'
        ? 'there is no such file'
        : 'it is no JSON list of objects';
    throw new UsageError(`--containers ${file} cannot be read: ${why}`, {
      hint: 'It holds what CONTAINERS in wrangler.jsonc would, as in [{"names": "acme/*", "base": "library/python:3.13-slim"}] (docs/runtimes.md).',
      cause: error,
    });
  }
}
