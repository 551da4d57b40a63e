/** Puts the client together. */
import { UserError } from '../errors.ts';
import { openRangeClient, type RangeClient } from '../http/range/range-client.ts';
import { isRepository } from '../oci/reference.ts';
import { Authenticator } from './auth.ts';
import { getBlob, hasBlob, mountBlob, readBlobRange } from './blobs.ts';
import { BodyLimit } from './body-limit.ts';
import { type Patience, RepositoryClient, type Surroundings } from './client.ts';
import { dockerCredentials } from './docker-credentials.ts';
import { endpointOf } from './endpoint.ts';
import { getManifest, headManifest, putManifest } from './manifests.ts';
import { putBlob } from './put-blob.ts';
import { readBlobInto, streamBlob } from './read-blob.ts';
import type { Registry, RegistryOptions, Repository } from './registry.ts';
import { listTags } from './tags.ts';
import { Transport } from './transport.ts';
import { startUpload } from './upload.ts';

const usualPatience: Patience = { silence: 60, commit: 600, retry: {} };

/** @throws UserError when the host is no address. Nothing is sent yet. */
export function openRegistry(options: RegistryOptions): Registry {
  const { host, insecure = false, writes = false, credentials = dockerCredentials() } = options;
  const { signal, onWait } = options;
  const endpoint = endpointOf(host, insecure);
  const transport = new Transport(signal);
  const ranges = openRangeClient();
  const auth = new Authenticator({ endpoint, transport, writes }, credentials);
  const patience = { ...usualPatience, ...options.patience };
  const bodyLimit = new BodyLimit();
  const surroundings: Surroundings = { endpoint, transport, auth, patience, bodyLimit, signal, onWait };
  return {
    host,
    repository(name) {
      if (!isRepository(name)) {
        throw new UserError(`"${name}" is not a repository's name.`, {
          hint: 'Write lower-case letters and digits, with . _ - between them and / between its parts.',
        });
      }
      return repositoryOf(new RepositoryClient(name, surroundings), ranges);
    },
    async close() {
      ranges.close();
      transport.close();
    },
  };
}

function repositoryOf(client: RepositoryClient, ranges: RangeClient): Repository {
  return {
    name: `${client.host}/${client.repository}`,
    getManifest: async (reference) => getManifest(client, reference),
    headManifest: async (reference) => headManifest(client, reference),
    listTags: async (limit) => listTags(client, limit),
    hasBlob: async (digest) => hasBlob(client, digest),
    getBlob: async (digest, maxBytes) => getBlob(client, digest, maxBytes),
    readBlobRange: async (digest, offset, length) => readBlobRange(client, digest, { offset, length }),
    readBlobInto: async (range, target) => readBlobInto(client, ranges, range, target),
    streamBlob: (blob) => streamBlob(client, blob),
    mountBlob: async (digest, from) => mountBlob(client, digest, from),
    putBlob: async (digest, bytes) => putBlob(client, digest, bytes),
    startUpload: async (size) => startUpload(client, size),
    putManifest: async (reference, bytes, mediaType) => putManifest(client, reference, { bytes, mediaType }),
  };
}
