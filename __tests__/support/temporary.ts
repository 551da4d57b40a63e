import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder extends AsyncDisposable {
  path: string;
}

/** `await using folder = await temporaryFolder()`: gone at the end of the block. */
export async function temporaryFolder(under = tmpdir()): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(under, 'ai-action-test-'));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
    },
  };
}
