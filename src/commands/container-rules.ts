/** The rules by which `serve` makes containers of ModelKits: `--containers` as the Worker's setting (docs/runtimes.md). */
import { z } from 'zod';

import { readSetting } from './read-setting.ts';

/** What is in a rule, the Worker itself checks, and says in its log. */
const Rules = z.array(z.record(z.string(), z.unknown()));

/**
 * @param file holds what CONTAINERS does
 * @throws UsageError where it cannot be read
 */
export async function containerSettings(file: string): Promise<Record<string, string>> {
  const rules = await readSetting(file, {
    option: '--containers',
    schema: Rules,
    shape: 'JSON list of objects',
    hint: 'It holds what CONTAINERS in wrangler.jsonc would, as in [{"names": "acme/*", "base": "library/python:3.13-slim"}] (docs/runtimes.md).',
  });
  return { CONTAINERS: JSON.stringify(rules) };
}
