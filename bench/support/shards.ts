/**
 * An image that is too large to be there: shards of many GiB whose sizes, offsets and TOCs are real, while their content
 * is never made. It is what a reader of the small files beside them meets. Digests of content that nobody reads are made
 * up; those that readers check (TOCs, manifests, the small files) are true.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { layerAnnotations } from '../../src/image/annotations.ts';
import { makeImage, type ImageLayer } from '../../src/image/image.ts';
import type { Oid, SourceFile } from '../../src/hub/source.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { MEDIA_TYPE } from '../../src/oci/media-types.ts';
import { encodeFooter } from '../../src/estargz/footer.ts';
import {
  BLOCK_HEADER_SIZE,
  GZIP_HEADER,
  MAX_BLOCK,
  TRAILER_SIZE,
  writeBlockHeader,
  writeTrailer,
} from '../../src/estargz/gzip.ts';
import { layerMap, tocFrame } from '../../src/estargz/layer-map.ts';
import { segments, tailBytes } from '../../src/estargz/segments.ts';
import { TOC_DIGEST_ANNOTATION, tocText, UNCOMPRESSED_SIZE_ANNOTATION } from '../../src/estargz/toc.ts';

/** A blob of which only the end may be there; offset and size in bytes. */
export interface SparseBlob {
  size: number;
  /** Where `bytes` begin in the blob. */
  offset: number;
  bytes: Buffer;
}

export interface ShardedImage {
  /** Digest → blob. */
  blobs: ReadonlyMap<string, SparseBlob>;
  /** Tag or digest → manifest. */
  manifests: ReadonlyMap<string, { mediaType: string; bytes: Uint8Array }>;
}

/** @param shardSize bytes of each shard */
export async function shardedImage(
  small: Readonly<Record<string, string>>,
  shards: number,
  shardSize: number,
): Promise<ShardedImage> {
  const blobs = new Map<string, SparseBlob>();
  const layers: ImageLayer[] = [];
  const add = (layer: ImageLayer, blob: SparseBlob) => {
    layers.push(layer);
    blobs.set(layer.descriptor.digest, blob);
  };
  for (let number = 1; number <= shards; number++) {
    const name = `model-${String(number).padStart(5, '0')}-of-${String(shards).padStart(5, '0')}.safetensors`;
    const file: SourceFile = { path: name, size: shardSize, oid: madeUp(name) };
    add(...shardLayer(file));
  }
  add(...smallLayer(small));

  const revision = { name: 'bench/shards', sha: '0'.repeat(40), files: [] };
  const platforms = [{ os: 'linux', architecture: 'amd64' }];
  const image = await makeImage({ revision, layers, platforms, recipe: 'bench' });
  const manifests = new Map<string, { mediaType: string; bytes: Uint8Array }>();
  for (const { config, manifest } of image.platforms) {
    const bytes = Buffer.from(config.bytes);
    blobs.set(config.descriptor.digest, { size: bytes.length, offset: 0, bytes });
    manifests.set(manifest.descriptor.digest, { mediaType: MEDIA_TYPE.manifest, bytes: manifest.bytes });
  }
  for (const name of ['latest', image.index.descriptor.digest]) {
    manifests.set(name, { mediaType: MEDIA_TYPE.index, bytes: image.index.bytes });
  }
  return { blobs, manifests };
}

/** The layer of one large file: its TOC and footer alone. */
function shardLayer(file: SourceFile): [ImageLayer, SparseBlob] {
  const map = layerMap([file]);
  const digests = { file: () => file.oid as Digest, chunk: (n: number) => madeUp(`${file.path} ${n}`) };
  const toc = Buffer.from([...tocText(map.files, digests)].join(''));
  const bytes = tocAndFooter(toc, map.tocOffset);
  const layer = describe([file], {
    toc,
    digest: madeUp(`layer ${file.path}`),
    diffId: madeUp(`diff ${file.path}`),
  });
  return [layer, { size: map.size, offset: map.tocOffset, bytes }];
}

/** The layer of the small files, whole. */
function smallLayer(small: Readonly<Record<string, string>>): [ImageLayer, SparseBlob] {
  const contents = new Map(Object.entries(small).map(([path, text]) => [path, Buffer.from(text)]));
  const { files } = layerMap(
    [...contents].map(([path, { length: size }]): SourceFile => ({
      path,
      size,
      oid: sha256(contents.get(path)),
    })),
  );
  const members: Buffer[] = [];
  const chunks: Digest[] = [];
  for (const { chunk, tail } of segments(files)) {
    const parts: Uint8Array[] = [Buffer.concat([...tailBytes(files, tail)])];
    if (chunk !== undefined) {
      const content = contents
        .get(files[chunk.index]?.path ?? '')
        ?.subarray(chunk.offset, chunk.offset + chunk.length);
      chunks.push(sha256(content));
      parts.unshift(content ?? Buffer.alloc(0));
    }
    members.push(member(parts));
  }
  const digests = {
    file: (index: number) => files[index]?.oid as Digest,
    chunk: (n: number) => chunks[n] ?? madeUp('no such chunk'),
  };
  const toc = Buffer.from([...tocText(files, digests)].join(''));
  const body = Buffer.concat(members);
  const bytes = Buffer.concat([body, tocAndFooter(toc, body.length)]);
  return [
    describe(files, { toc, digest: sha256(bytes), diffId: madeUp('diff small') }),
    { size: bytes.length, offset: 0, bytes },
  ];
}

function describe(
  files: readonly SourceFile[],
  { toc, digest, diffId }: { toc: Buffer; digest: Digest; diffId: Digest },
): ImageLayer {
  const [first, ...rest] = files;
  if (first === undefined) throw new Error('a layer has files');
  const map = layerMap(files);
  return {
    descriptor: {
      mediaType: MEDIA_TYPE.layerGzip,
      digest,
      size: map.size,
      annotations: {
        [TOC_DIGEST_ANNOTATION]: sha256(toc),
        [UNCOMPRESSED_SIZE_ANNOTATION]: String(map.uncompressedSize),
        ...layerAnnotations([first, ...rest], '0'.repeat(64)),
      },
    },
    diffId,
    title: first.path,
  };
}

function tocAndFooter(toc: Buffer, tocOffset: number): Buffer {
  const { before, after } = tocFrame(toc.length);
  return Buffer.concat([member([Buffer.concat([before, toc, after])]), encodeFooter(tocOffset)]);
}

/** A gzip member of stored blocks; each part begins a block. */
function member(parts: readonly Uint8Array[]): Buffer {
  const pieces: Uint8Array[] = [GZIP_HEADER];
  const filled = parts.filter(({ length }) => length > 0);
  let [crc, length] = [0, 0];
  for (const [index, part] of filled.entries()) {
    crc = crc32(part, crc);
    length += part.length;
    for (let at = 0; at < part.length; at += MAX_BLOCK) {
      const block = part.subarray(at, at + MAX_BLOCK);
      const header = new Uint8Array(BLOCK_HEADER_SIZE);
      const last = index === filled.length - 1 && at + block.length === part.length;
      writeBlockHeader(header, 0, { length: block.length, last });
      pieces.push(header, block);
    }
  }
  const trailer = new Uint8Array(TRAILER_SIZE);
  writeTrailer(trailer, 0, { crc, length });
  return Buffer.concat([...pieces, trailer]);
}

function sha256(bytes: Uint8Array = Buffer.alloc(0)): Oid & Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A digest of content that does not exist. */
function madeUp(name: string): Oid & Digest {
  return sha256(Buffer.from(name));
}
