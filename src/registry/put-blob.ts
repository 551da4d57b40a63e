/** Pushing a blob that is in memory. */
import type { Digest } from '../oci/digest.ts';
import { finishUpload, hasBlob, openUpload } from './blobs.ts';
import type { RepositoryClient } from './client.ts';
import { RegistryError } from './errors.ts';
import { startUpload } from './upload.ts';

/** In one body; in chunks where the host takes none so large. */
export async function putBlob(client: RepositoryClient, digest: Digest, bytes: Uint8Array): Promise<void> {
  if ((await hasBlob(client, digest)) === bytes.length) return;
  if (bytes.length <= client.bodyLimit.bytes) {
    try {
      return await putWhole(client, digest, bytes);
    } catch (error) {
      const isTooLarge = error instanceof RegistryError && error.status === 413;
      if (!isTooLarge || !client.bodyLimit.refused(bytes.length)) throw error;
    }
  }
  const asked = { doing: `write the blob ${digest}`, action: 'push' } as const;
  await client.repeated(asked, async () => {
    const upload = await startUpload(client, bytes.length);
    try {
      await upload.write([bytes]);
      await upload.commit(digest);
    } catch (error) {
      await upload.abort();
      throw error;
    }
  });
}

/** Each attempt is an upload of its own: a broken one may have kept part of the bytes. */
async function putWhole(client: RepositoryClient, digest: Digest, bytes: Uint8Array): Promise<void> {
  const asked = { doing: `write the blob ${digest}`, action: 'push' } as const;
  await client.repeated(asked, async () => {
    const session = await openUpload(client, bytes.length);
    await finishUpload(client, { session, digest, bytes });
  });
}
