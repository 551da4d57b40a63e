/** Requests of the distribution specification, each as plain as it can be. */
import { createHash } from 'node:crypto';

export class OciClient {
  readonly url: string;
  readonly repository: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, repository: string, headers: Record<string, string> = {}) {
    this.url = url;
    this.repository = repository;
    this.#headers = headers;
  }

  /** @param path within the repository, or from the root where it begins with a slash. */
  request(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const url = path.startsWith('/') ? this.url + path : `${this.url}/v2/${this.repository}/${path}`;
    const headers = { ...this.#headers, ...(init.headers as Record<string, string>) };
    return fetch(url, {
      method,
      redirect: 'manual',
      ...(init.body instanceof ReadableStream ? { duplex: 'half' } : {}),
      ...init,
      headers,
    });
  }

  /** @returns where the upload goes on, from the root. */
  async startUpload(query = ''): Promise<string> {
    const { pathname, search } = new URL(
      locationOf(await this.request('POST', `blobs/uploads/${query}`)),
      this.url,
    );
    return pathname + search;
  }

  /** @returns the blob's digest. */
  async pushBlob(bytes: Uint8Array<ArrayBuffer>, algorithm = 'sha256'): Promise<string> {
    const digest = digestOf(bytes, algorithm);
    const response = await this.request('PUT', withDigest(await this.startUpload(), digest), { body: bytes });
    if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
    return digest;
  }

  /** @returns the manifest's digest. */
  async pushManifest(manifest: object, reference?: string): Promise<string> {
    const response = await this.putManifest(manifest, reference);
    if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
    return response.headers.get('docker-content-digest') ?? '';
  }

  putManifest(manifest: object, reference?: string): Promise<Response> {
    const text = JSON.stringify(manifest);
    const { mediaType } = manifest as { mediaType?: string };
    return this.request('PUT', `manifests/${reference ?? digestOf(text)}`, {
      headers: { 'Content-Type': mediaType ?? IMAGE },
      body: text,
    });
  }

  /** A small image in the repository. @returns its manifest. */
  async pushImage(content: string, reference?: string): Promise<{ manifest: object; digest: string }> {
    const config = Buffer.from('{}');
    const layer = Buffer.from(content);
    const manifest = {
      schemaVersion: 2,
      mediaType: IMAGE,
      config: descriptor(CONFIG, config, await this.pushBlob(config)),
      layers: [descriptor(LAYER, layer, await this.pushBlob(layer))],
    };
    return { manifest, digest: await this.pushManifest(manifest, reference) };
  }
}

export const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX = 'application/vnd.oci.image.index.v1+json';
export const CONFIG = 'application/vnd.oci.image.config.v1+json';
export const LAYER = 'application/vnd.oci.image.layer.v1.tar';

export function digestOf(bytes: Uint8Array | string, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

export function descriptor(
  mediaType: string,
  bytes: Uint8Array | string,
  digest = digestOf(bytes),
): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest, size: Buffer.byteLength(bytes) };
}

export function withDigest(location: string, digest: string): string {
  return `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`;
}

export function locationOf(response: Response): string {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`${response.status} without a Location`);
  return location;
}

/** The first error code of a response's body. */
export async function codeOf(response: Response): Promise<string | undefined> {
  const { errors } = (await response.json()) as { errors?: { code: string }[] };
  return errors?.[0]?.code;
}

/** A body whose length nobody knows before its end, in pieces of the given size. */
export function streamed(bytes: Uint8Array, piece = 100_000): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(at, (at += piece)));
    },
  });
}
