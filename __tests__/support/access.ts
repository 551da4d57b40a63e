/** Settings and headers of those who may write. */
import { createHash } from 'node:crypto';

export const SECRET = 'a secret of the registry that signs its tokens';

interface TokenEntry {
  names?: string[];
  actions?: string[];
  expires?: string;
}

/** An entry of OPERATOR_TOKENS for a token with this text. */
export function operatorToken(text: string, entry: TokenEntry = {}): object {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const { names = ['acme/**'], actions = ['push'], expires = '2999-01-01T00:00:00Z' } = entry;
  return { name: `token of ${text.slice(0, 10)}`, sha256, names, actions, expires };
}

export function basic(password: string, user = 'anyone'): { Authorization: string } {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

export function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}
