/** Where `pull` keeps models, and `list`, `remove` and `run` find them. */
import { homedir } from 'node:os';
import { join } from 'node:path';

import { Option } from 'commander';

import { UsageError, UserError } from '../errors.ts';
import { parseReference } from '../oci/reference.ts';
import { storedReference } from '../store/pull-to-store.ts';
import type { StoredModel } from '../store/record.ts';
import type { Store } from '../store/store.ts';

export function storeOption(): Option {
  return new Option('--store <dir>', 'where models are kept').default(
    join(process.env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'ai-action'),
    '$XDG_DATA_HOME/ai-action, else ~/.local/share/ai-action',
  );
}

/** The reference as the store has it. @throws UsageError */
export function readReference(text: string): string {
  try {
    return storedReference(parseReference(text));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${error.message}.`, {
      hint: 'Write registry, name and tag or digest, as in registry.example/owner/model:latest.',
      cause: error,
    });
  }
}

/** @throws UserError where it is not there */
export async function storedModel(store: Store, text: string): Promise<StoredModel> {
  const found = await store.find(readReference(text));
  if (found !== undefined) return found;
  throw new UserError(`The store ${store.root} does not have ${readReference(text)}.`, {
    hint: '"ai-action list" says what it has, and "ai-action pull" brings more.',
  });
}
