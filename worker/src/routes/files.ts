/**
 * One file of an image, out of its layer by ranges: each chunk is verified against the layer's table of contents before
 * all of it is sent; a layer that is a file was verified when it came here. Nothing in it can run in a browser, whatever
 * its author called it.
 */
import { isDigest } from '../../../src/oci/digest.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { fileIn } from '../images/contents.ts';
import { inspectImage } from '../images/inspect.ts';
import { openStoredLayer } from '../images/layers.ts';
import { readManifests, type LayerDescriptor } from '../images/manifest.ts';
import { rawFile } from '../images/raw-layer.ts';
import { contentRange, parseRanges, type ByteRange } from '../ranges/parse.ts';
import { findBlob } from '../storage/blobs.ts';
import type { Bucket } from '../storage/bucket.ts';
import { resolveTag } from '../storage/tags.ts';
import { readRange, streamOf } from './bodies.ts';
import { IMMUTABLE, isPublic } from './caching.ts';
import { checkMatch, isKnown } from './conditions.ts';
import { cachingOf } from './models.ts';
import { asReference, repositoryOf, shorten } from './parameters.ts';
import { verifiedRange } from './verified.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** By extension; all else is `application/octet-stream`. */
const TEXT = /(?:^|\/)(?:LICENSE|NOTICE|[^/]+\.(?:txt|md|json|jsonl|ya?ml|csv|tsv|py|jinja|cfg|ini|toml))$/i;
const IMAGES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
};

/** `GET /<name>/-/files/<tag or digest>/<path>` */
export async function readFileRoute(c: RouteContext): Promise<Response> {
  const name = repositoryOf(c);
  const text = c.req.param('reference') ?? '';
  const path = c.req.param('path') ?? '';
  const file = await findFile(c, { name, reference: text, path });
  const { size, etag } = file;
  checkMatch(c.req.header('If-Match'), etag);
  const headers = new Headers({
    ...cachingOf(c),
    ...(isDigest(text) && isPublic(c.env) ? { 'Cache-Control': IMMUTABLE } : {}),
    'Accept-Ranges': 'bytes',
    'Content-Type': contentTypeOf(path),
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeName(path)}`,
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    ETag: etag,
  });
  if (isKnown(c.req.header('If-None-Match'), etag)) return new Response(null, { status: 304, headers });
  const range = requestedRange(c, etag, size);
  const { offset, length } = range ?? { offset: 0, length: size };
  if (range !== undefined) headers.set('Content-Range', contentRange(range, size));
  headers.set('Content-Length', String(length));
  const init = { status: range === undefined ? 200 : 206, headers };
  if (c.req.method === 'HEAD' || length === 0) return new Response(null, init);
  const pieces = file.read({ offset, length });
  // What is wrong with a file of one piece can still be said with a status.
  const first = await pieces.next().catch((error: unknown) => {
    throw asDamaged(path, error);
  });
  async function* body(): AsyncGenerator<Bytes> {
    if (first.value !== undefined) yield first.value;
    try {
      yield* pieces;
    } catch (error) {
      console.error(error); // the client only sees that the connection breaks
      throw error;
    }
  }
  return new Response(streamOf(length, body()), init);
}

interface Wanted {
  name: string;
  reference: string;
  path: string;
}

interface FoundFile {
  /** Bytes. */
  size: number;
  etag: string;
  /** @throws RangeError where the layer is not what it says itself */
  read(range: ByteRange): AsyncGenerator<Bytes, undefined | void>;
}

/** @throws OciError 404 where there is no such image, or no such file in it */
async function findFile(c: RouteContext, { name, reference: text, path }: Wanted): Promise<FoundFile> {
  const bucket = c.get('bucket');
  const reference = asReference(text);
  const digest = 'digest' in reference ? reference.digest : await resolveTag(bucket, name, reference.tag);
  const image = digest && (await inspectImage(bucket, name, digest));
  if (image === undefined) throw new OciError('MANIFEST_UNKNOWN', `there is no ${text} of ${name}`);
  const known = image.files.find((file) => file.path === path);
  const manifests = await readManifests(bucket, name, image.manifest);
  // The one above is what an image shows. Where not all files are listed, any layer may have it.
  const layers = (manifests?.layers ?? []).filter(
    ({ digest: layer }) => layer === known?.layer || (known === undefined && image.incomplete !== undefined),
  );
  for (const descriptor of layers.toReversed()) {
    const found = await openFile(bucket, name, { descriptor, path }).catch((error: unknown) => {
      if (known === undefined && error instanceof RangeError) return undefined; // it lists no files at all
      throw asDamaged(path, error);
    });
    if (found !== undefined) return found;
  }
  throw new OciError('BLOB_UNKNOWN', `there is no file ${shorten(path)} in ${name}:${text}`);
}

/** @throws RangeError where the layer cannot be read here */
async function openFile(
  bucket: Bucket,
  name: string,
  { descriptor, path }: { descriptor: LayerDescriptor; path: string },
): Promise<FoundFile | undefined> {
  const raw = rawFile(descriptor);
  if (raw !== undefined) {
    const blob = raw === path ? await findBlob(bucket, name, descriptor.digest) : undefined;
    return (
      blob && {
        size: blob.size,
        etag: `"${descriptor.digest}"`,
        read: (range) => readRange(bucket, blob.data, range),
      }
    );
  }
  const layer = await openStoredLayer(bucket, name, descriptor);
  const file = fileIn(layer, path);
  return (
    file && {
      size: file.size,
      etag: `"${file.digest ?? `${layer.tocDigest}/${file.chunks[0]?.offset ?? 0}`}"`,
      read: (range) =>
        verifiedRange((part) => streamOf(part.length, readRange(bucket, layer.data, part)), file, range),
    }
  );
}

/** What is told of a layer whose bytes are not what it says itself. */
function asDamaged(path: string, error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  const message = `${shorten(path)} cannot be read out of its layer: ${error.message}`;
  return new OciError('UNKNOWN', message, { status: 502, cause: error });
}

/** One range; several are answered with the whole, as RFC 9110 (14.2) allows. */
function requestedRange(c: RouteContext, etag: string, size: number): ByteRange | undefined {
  const condition = c.req.header('If-Range');
  if (c.req.method !== 'GET' || (condition !== undefined && condition !== etag)) return undefined;
  const header = c.req.header('Range');
  if (header?.includes(',')) return undefined;
  const ranges = parseRanges(header, size);
  if (ranges?.length === 0) {
    throw new OciError('RANGE_INVALID', `the file has ${size} bytes: nothing of it is in that range`, {
      headers: { 'Content-Range': `bytes */${size}` },
    });
  }
  return ranges?.[0];
}

function contentTypeOf(path: string): string {
  if (TEXT.test(path)) return 'text/plain; charset=utf-8';
  return IMAGES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}

/** RFC 8187: what is no `attr-char` is percent-encoded. */
function encodeName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
