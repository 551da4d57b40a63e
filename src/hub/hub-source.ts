import { UserError } from '../errors.ts';
import { openRangeClient } from '../http/range/range-client.ts';
import type { Wait } from '../http/retry.ts';
import { explainHubError } from './hub-errors.ts';
import { hubFetch } from './hub-fetch.ts';
import { readRevision } from './hub-revision.ts';
import type { HubSettings } from './hub-settings.ts';
import { RangeReader } from './range-reader.ts';
import type { Source } from './source.ts';

export interface HubOptions extends HubSettings {
  /** `owner/model` or `model`. A moved repository is followed; its revision then carries the new name. */
  name: string;
  /** The commit, 40 hex digits. */
  sha: string;
  /** Told before each wait for the Hub: its rate limit, or the back-off after an error. */
  onWait?: (wait: Wait) => void;
}

/**
 * A model on the Hugging Face Hub. Opening it asks nothing, and throws a UserError when name or sha can't be right; `revision()` costs one request and one for each page of
 * 1000 files; `read()` one for each range, and one more for each LFS file.
 */
export function openHub(options: HubOptions): Source {
  const { name, sha, endpoint, token, onWait } = options;
  checkModel(name, sha);
  const repository = { name, sha, endpoint, token };
  const client = openRangeClient();
  const reader = new RangeReader(client, repository, onWait);
  return {
    async revision(signal) {
      try {
        return await readRevision({ ...repository, fetch: hubFetch({ endpoint, signal, onWait }) });
      } catch (error) {
        signal?.throwIfAborted();
        throw explainHubError(error, repository);
      }
    },
    async read(file, offset, target, signal) {
      try {
        await reader.read(file, offset, target, signal);
      } catch (error) {
        signal?.throwIfAborted();
        throw explainHubError(error, { ...repository, path: file.path });
      }
    },
    async close() {
      client.close();
    },
  };
}

/** Both become parts of addresses, so that nothing else may pass. */
function checkModel(name: string, sha: string): void {
  const parts = name.split('/');
  if (parts.length > 2 || !parts.every((part) => /^(?!\.+$)[\w.-]+$/.test(part))) {
    throw new UserError(`${JSON.stringify(name)} is not the name of a model on the Hub.`, {
      hint: 'Write it as on its page: owner/model.',
    });
  }
  if (!/^[0-9a-f]{40}$/.test(sha)) {
    throw new UserError(`${JSON.stringify(sha)} is not a commit of ${name}.`, {
      hint: 'Write all of its 40 hex digits, as on the page of its history.',
    });
  }
}
