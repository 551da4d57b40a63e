import { afterAll, describe, expect, test } from '@jest/globals';
import { gunzipSync } from 'node:zlib';

import { openBudget, type Budget } from '../../../src/builders/stream/budget.ts';
import { streamLayer, type LayerJob, type StreamedLayer } from '../../../src/builders/stream/stream-layer.ts';
import type { Source } from '../../../src/hub/source.ts';
import type { BlobUpload } from '../../../src/registry/upload.ts';
import { layerBytes, noise, sha256, type Content } from '../../support/layer-bytes.ts';
import {
  filesOf,
  memorySource,
  memoryUploads,
  outcome,
  type MemoryUpload,
} from '../../support/stream-fakes.ts';

const MIB = 2 ** 20;

const budget = openBudget();
afterAll(() => budget.close());

interface Streamed extends StreamedLayer {
  blob: Buffer;
  upload: MemoryUpload;
}

async function stream(content: Content, job: Partial<LayerJob> = {}): Promise<Streamed> {
  const { uploads, start } = memoryUploads();
  const layer = await streamLayer({
    source: memorySource(content),
    files: filesOf(content),
    upload: start,
    budget,
    signal: new AbortController().signal,
    ...job,
  });
  const upload = uploads.at(-1) as MemoryUpload;
  return { ...layer, blob: Buffer.concat(upload.written), upload };
}

const SMALL: Content = {
  'README.md': Buffer.from('# A model\n'),
  '.gitattributes': Buffer.from('*.bin filter=lfs\n'),
  'config.json': noise(571, 2),
  'empty.txt': Buffer.alloc(0),
  'onnx/model.bin': noise(70_000, 3),
  'onnx/空.txt': Buffer.alloc(0),
  '模型/重み 🤗.bin': noise(65_535, 4),
  [`${'a long folder/'.repeat(8)}with a file`]: noise(513, 5),
};

// These digests are for ever (DESIGN.md, invariant 1). Where one changes, every published layer changes.
describe('the bytes of a layer never change:', () => {
  test.each<[string, Content, object]>([
    [
      'one file of several chunks',
      { 'model.safetensors': noise(9 * MIB + 7) },
      {
        digest: 'sha256:a7ce0c15328e665596e3ddff16a6bb759cc9546ebe66b3c2fe008461f2c2b55c',
        size: 9442683,
        diffId: 'sha256:467f67579e1454dd6b4f74de5ec4f5f80fb901e23ff23c2807aff03b1217ea4b',
        toc: 'sha256:cdf1232ef6d7d54eaa06937e07bbf2024c899f9e6397df16ace844bf43cdd004',
        tarSize: '9441792',
      },
    ],
    [
      'small files, empty ones, and long or foreign names',
      SMALL,
      {
        digest: 'sha256:15affdcc3e446639a547b0895aaf59e11e09619ee0dcec36defb2cbc00632077',
        size: 159502,
        diffId: 'sha256:2290261369d2097175ecb3b107c6833678fe3f1ebc7454c7fcaf2ea8eafd8e97',
        toc: 'sha256:fc736dc8a9918464da7d8a2e2681a3a8a0d9eccf611d30fb05e573c65c1a9d2c',
        tarSize: '159232',
      },
    ],
    [
      'only an empty file',
      { 'a/b/empty': Buffer.alloc(0) },
      {
        digest: 'sha256:288e242bca705809830bcbe96b8b2d5bbc69492ac2045e412f207d69e722c4f1',
        size: 4705,
        diffId: 'sha256:ddbc660fd8ce71f4f0027da99bcc6d9a5319814aa369891847faa08022030240',
        toc: 'sha256:417726387711c205aa1325884572ade06ff5d459e768f0b773b4154b2a79da19',
        tarSize: '4608',
      },
    ],
    [
      'a file of one byte',
      { x: Buffer.from('x') },
      {
        digest: 'sha256:a6c1c122dcc89dbba1e04e1faacd04f8d3b9d5cfc58e5d5d474455c55d4d8844',
        size: 4221,
        diffId: 'sha256:b3fe3ebda7558b196e75e219a1ed16e861f9c1bbb5bb681fc0d807344d38a413',
        toc: 'sha256:ffb481bb4ff32c90c565b415edc9844b3f748058e3e961728fa622166bc8953d',
        tarSize: '4096',
      },
    ],
  ])('%s', async (_, content, expected) => {
    const { descriptor, diffId } = await stream(content);
    const { digest, size, annotations } = descriptor;
    const toc = annotations?.['containerd.io/snapshot/stargz/toc.digest'];
    const tarSize = annotations?.['io.containers.estargz.uncompressed-size'];
    expect({ digest, size, diffId, toc, tarSize }).toEqual(expected);
  });
});

test('the bytes of a layer never change: a file of 1 GiB, in chunks of 16 MiB', async () => {
  const zeros: Source = {
    ...memorySource({}),
    read: async (_file, _offset, target) => void target.fill(0),
  };
  const upload: BlobUpload = {
    write: () => Promise.resolve(),
    commit: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  };
  const { descriptor, diffId } = await streamLayer({
    source: zeros,
    files: [
      {
        path: 'zeros.bin',
        size: 2 ** 30,
        oid: 'sha256:49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14',
      },
    ],
    upload: () => Promise.resolve(upload),
    budget,
    signal: new AbortController().signal,
  });
  // A writer of its own, in Python, gives the same.
  expect({ digest: descriptor.digest, size: descriptor.size, diffId }).toEqual({
    digest: 'sha256:5791652a18f46b3859b27ec7418f1c61c6a690c05cfe7c6b4bdf3b47bd127a80',
    size: 1_073_840_678,
    diffId: 'sha256:a5b7922525aef153cb535699a817361b2f74ce2ce33e601e2838d840429b0db8',
  });
}, 120_000);

describe('a layer', () => {
  test.each<[string, Content]>([
    ['of small files', SMALL],
    [
      'of files about the size of a slot',
      { a: noise(8 * MIB - 1), b: noise(8 * MIB), c: noise(8 * MIB + 1), d: noise(1) },
    ],
    [
      'of files that fill a slot in part',
      Object.fromEntries([9, 5, 4, 13].map((n) => [`f${n}`, noise(n * MIB + n)])),
    ],
    [
      'of many files',
      Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`d${n % 7}/${n}`, noise(n, n + 1)])),
    ],
    [
      'of many empty files',
      Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`${n}`, noise(n % 1000 === 0 ? 9 : 0)])),
    ],
  ])('%s is what the plain writer makes', async (_, content) => {
    const { blob, descriptor, diffId, upload } = await stream(content);
    const plain = layerBytes(content);
    expect(blob.equals(plain.blob)).toBe(true);
    expect(upload.announced).toBe(blob.length);
    expect(outcome(upload)).toBe(sha256(blob));
    const tar = gunzipSync(blob);
    expect(diffId).toBe(sha256(tar));
    expect(descriptor).toEqual({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: sha256(blob),
      size: blob.length,
      annotations: {
        'containerd.io/snapshot/stargz/toc.digest': plain.tocDigest,
        'io.containers.estargz.uncompressed-size': `${tar.length}`,
      },
    });
  });

  test('is the same for oids of both kinds and files in any order', async () => {
    const content = { ...SMALL, large: noise(5 * MIB) };
    const { descriptor } = await stream(content);
    const other = await stream(content, { files: filesOf(content, 'git-sha1').toReversed() });
    expect(other.descriptor).toEqual(descriptor);
  });

  test('tells how many bytes of its files have gone', async () => {
    const moved: number[] = [];
    const content = { a: noise(17 * MIB), b: noise(5) };
    await stream(content, { onProgress: (bytes) => void moved.push(bytes) });
    expect(moved).toEqual([8 * MIB, 8 * MIB, MIB + 5]);
  });
});

test('several layers at once share memory and threads', async () => {
  const small = openBudget({ memory: 3 * 9 * MIB, threads: 2 });
  try {
    let [reading, most] = [0, 0];
    const contents = [1, 2, 3, 4, 5].map((n) => ({ [`f${n}`]: noise(25 * MIB + n, n), small: noise(n) }));
    const streams = contents.map(async (content) => {
      const source = memorySource(content, async () => {
        most = Math.max(most, ++reading);
        await new Promise((resolve) => setImmediate(resolve));
        reading--;
      });
      const { blob } = await stream(content, { source, budget: small });
      return blob.equals(layerBytes(content).blob);
    });
    expect(await Promise.all(streams)).toEqual([true, true, true, true, true]);
    // Three slots, each of which may hold two chunks, or the end of a large file and a small one.
    expect(most).toBeLessThanOrEqual(3 * 2);
  } finally {
    await small.close();
  }
});

test('one slot and one thread are enough', async () => {
  const least: Budget = openBudget({ memory: 1, threads: 1 });
  const content = { a: noise(17 * MIB), b: noise(5) };
  const { blob } = await stream(content, { budget: least });
  expect(blob.equals(layerBytes(content).blob)).toBe(true);
  await least.close();
});

test('a large file is read ahead, in order of need', async () => {
  const offsets: number[] = [];
  const gate = Promise.withResolvers<void>();
  const content = { a: noise(40 * MIB) };
  const source = memorySource(content, ({ offset }) => {
    offsets.push(offset / MIB);
    if (offsets.length === 5) gate.resolve();
    return gate.promise;
  });
  await stream(content, { source });
  expect(offsets).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
});
