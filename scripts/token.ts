/**
 * Makes a token for somebody who writes to a registry (docs/access.md). The registry keeps its SHA-256 alone, so the
 * token is shown this once.
 *
 *   npm run token --workspace worker -- --name ci --names 'acme/*' --actions push,import --days 90
 */
import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

import { parseOperatorTokens } from '../worker/src/access/operator-tokens.ts';
import { SettingsError } from '../worker/src/settings.ts';

interface TokenOptions {
  name: string;
  /** Patterns of repositories. */
  names: string[];
  actions: string[];
  /** How long it is good for. */
  days: number;
}

/** So that a search for leaked secrets knows one. */
const PREFIX = 'aia_';
const MAX_DAYS = 366;

/**
 * @returns the token, and its entry in the setting OPERATOR_TOKENS
 * @throws SettingsError where the registry would refuse the entry
 */
export function makeToken({ name, names, actions, days }: TokenOptions): { token: string; entry: object } {
  if (!(Number.isInteger(days) && days >= 1 && days <= MAX_DAYS)) {
    throw new SettingsError(`--days is not a number from 1 to ${MAX_DAYS}`);
  }
  const token = PREFIX + randomBytes(32).toString('base64url');
  const sha256 = createHash('sha256').update(token).digest('hex');
  const expires = new Date(Date.now() + days * 86_400_000).toISOString();
  const entry = { name, sha256, names, actions, expires };
  parseOperatorTokens([entry]);
  return { token, entry };
}

function main(): void {
  try {
    const { values } = parseArgs({
      options: {
        name: { type: 'string', default: '' },
        names: { type: 'string', default: '' },
        actions: { type: 'string', default: '' },
        days: { type: 'string', default: '90' },
      },
    });
    const { name, days } = values;
    const [names, actions] = [values.names.split(','), values.actions.split(',')];
    const { token, entry } = makeToken({ name, names, actions, days: Number(days) });
    console.log(`The token, shown this once:\n\n  ${token}\n`);
    console.log(`For OPERATOR_TOKENS in worker/wrangler.jsonc:\n\n  ${JSON.stringify(entry)}`);
  } catch (error) {
    const { message } = error as Error;
    console.error(
      `${message}\n\nusage: --name NAME --names PATTERN,… --actions ACTION,… [--days ${MAX_DAYS}]`,
    );
    process.exitCode = 2;
  }
}

if (process.argv[1] === import.meta.filename) main();
