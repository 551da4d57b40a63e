/** What verify finds of images that are wrong in one thing each. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';

import { layerMap } from '../../src/estargz/layer-map.ts';
import type { Oid, Revision } from '../../src/hub/source.ts';
import { segments } from '../../src/estargz/segments.ts';
import { verifyReference, type Verification, type VerifyRun } from '../../src/verifying/verify-reference.ts';
import { layerBytes, layerWithToc, compressedLayer, noise, type Content } from '../support/layer-bytes.ts';
import { impatient } from '../support/registry-client.ts';
import {
  digest,
  startRegistryStandIn,
  type Intercept,
  type RegistryStandIn,
} from '../support/registry-stand-in.ts';
import {
  describedLayer,
  plainLayer,
  putImage,
  putManifest,
  tocLayer,
  TYPE,
  type StandInLayer,
} from '../support/stand-in-images.ts';

const MIB = 2 ** 20;
const CONTENT: Content = {
  'config.json': Buffer.from('{}'),
  'empty.txt': Buffer.alloc(0),
  'onnx/model.bin': noise(4 * MIB + 5),
  'z.txt': Buffer.from('z'),
};

async function verify(
  registry: RegistryStandIn,
  tag = 'latest',
  hub: Pick<VerifyRun, 'hubRevision'> = {},
): Promise<Verification> {
  const client = impatient(registry.host);
  try {
    const reference = { registry: registry.host, repository: 'owner/model', tag };
    const named = { reference, repository: client.repository('owner/model') };
    return await verifyReference(named, { expect: () => undefined, moved: () => undefined, ...hub });
  } finally {
    await client.close();
  }
}

/** `kind path: message` of each. */
function told({ findings }: Verification): string[] {
  return findings.map(({ kind, path = '', message }) => `${kind} ${path}: ${message}`);
}

async function found(layer: StandInLayer, intercept?: Intercept): Promise<string[]> {
  await using registry = await startRegistryStandIn(intercept);
  putImage(registry, { layers: [layer] });
  return told(await verify(registry));
}

test.each([
  ['stored', tocLayer(CONTENT)],
  ['compressed', tocLayer(CONTENT, compressedLayer)],
  ['without a table of contents', plainLayer(CONTENT)],
])('a layer, %s, is as it should be', async (_, layer) => {
  await using registry = await startRegistryStandIn();
  const image = putImage(registry, { layers: [layer, tocLayer({ other: Buffer.from('other') })] });
  const verification = await verify(registry);
  expect(verification).toMatchObject({
    digest: image.index,
    manifests: 2,
    layers: 2,
    files: 5,
    findings: [],
  });
});

/** The members of the layer as they are, under another table of contents. */
function withToc(change: (toc: string) => string): StandInLayer {
  const { blob, toc } = layerBytes(CONTENT);
  const members = layerMap(Object.entries(CONTENT).map(([path, { length }]) => ({ path, size: length })));
  const [last] = [...segments(members.files)].slice(-1);
  return describedLayer(layerWithToc([blob.subarray(0, last!.offset + last!.size)], change(toc)));
}

function entry(entries: Record<string, unknown>[], name: string, type = 'reg'): Record<string, unknown> {
  return entries.find((one) => one['name'] === name && one['type'] === type)!;
}

describe('a table of contents that', () => {
  const edited = (edit: (entries: Record<string, unknown>[]) => void) =>
    withToc((toc) => {
      const document = JSON.parse(toc) as { entries: Record<string, unknown>[] };
      edit(document.entries);
      return JSON.stringify(document);
    });
  const OTHER = digest(Buffer.from('other'));

  test.each<[string, StandInLayer, RegExp[]]>([
    ['is right', edited(() => undefined), []],
    [
      'gives a chunk another digest',
      edited((entries) => Object.assign(entry(entries, 'onnx/model.bin', 'chunk'), { chunkDigest: OTHER })),
      [/^chunk onnx\/model.bin: at 4194304 is sha256:.* its TOC says sha256:/],
    ],
    [
      'gives a file another digest',
      edited((entries) => Object.assign(entry(entries, 'onnx/model.bin'), { digest: OTHER })),
      [/^toc onnx\/model.bin: is sha256:.*, its TOC says sha256:/],
    ],
    [
      'gives a chunk a place that is none',
      edited((entries) => {
        const chunk = entry(entries, 'onnx/model.bin', 'chunk');
        chunk['offset'] = Number(chunk['offset']) + 7;
      }),
      [/^layer : what is at \d+ cannot be unpacked by itself/],
    ],
    [
      'gives two files each other’s places',
      edited((entries) => {
        const [a, b] = [entry(entries, 'config.json'), entry(entries, 'z.txt')];
        [a['offset'], b['offset']] = [b['offset'], a['offset']];
      }),
      [/^chunk (?:config.json|z.txt): at 0 is sha256:/, /^chunk (?:config.json|z.txt): at 0 is sha256:/],
    ],
    [
      'leaves out a file',
      edited((entries) => entries.splice(entries.indexOf(entry(entries, 'empty.txt')), 1)),
      [/^toc empty.txt: is in the tar archive, and not in the table of contents/],
    ],
    [
      'has a file that the archive lacks',
      edited((entries) => entries.push({ name: 'more', type: 'reg', mode: 420, size: 0 })),
      [/^toc more: is not in the tar archive/],
    ],
    [
      'calls a file a link',
      edited((entries) => Object.assign(entry(entries, 'empty.txt'), { type: 'symlink', linkName: '/etc' })),
      [/^toc empty.txt: is reg, its TOC says symlink/],
    ],
    [
      'claims terabytes',
      edited((entries) => Object.assign(entry(entries, 'onnx/model.bin'), { size: 1e13 })),
      [/^toc : The layer .* cannot be read/],
    ],
    [
      'has chunks that overlap',
      edited((entries) => Object.assign(entry(entries, 'onnx/model.bin', 'chunk'), { chunkOffset: 1 })),
      [/^toc : The layer .* overlap/],
    ],
    [
      'names a path outside',
      edited((entries) => Object.assign(entry(entries, 'empty.txt'), { name: '../../etc/passwd' })),
      [/^toc : The layer .* leads elsewhere/],
    ],
    ['is not JSON', withToc(() => '{"version":1,'), [/^toc : .* not JSON/]],
    [
      'is not the manifest’s',
      { ...tocLayer(CONTENT), annotations: { 'containerd.io/snapshot/stargz/toc.digest': OTHER } },
      [/^toc : .* its manifest says sha256:/],
    ],
  ])('%s', async (_, layer, expected) => {
    const lines = await found(layer);
    expect(lines).toEqual(expected.map((line) => expect.stringMatching(line)));
  });
});

describe('a layer', () => {
  test('whose bytes are others is told with the chunk that they are in', async () => {
    const layer = tocLayer(CONTENT);
    await using registry = await startRegistryStandIn();
    const { layers } = putImage(registry, { layers: [layer] });
    const damaged = Buffer.from(layer.blob);
    damaged[2 * MIB] = damaged[2 * MIB]! ^ 1;
    registry.blobs.set(layers[0]!, damaged);
    expect(told(await verify(registry))).toEqual([
      expect.stringMatching(/^layer : what is at \d+ cannot be unpacked by itself: .*incorrect data check/),
      expect.stringMatching(/^layer : .*the bytes have another digest: sha256:/),
    ]);
  });

  test('whose compressed bytes are others, but not what they hold, has another digest', async () => {
    const layer = plainLayer(CONTENT);
    await using registry = await startRegistryStandIn();
    const { layers } = putImage(registry, { layers: [layer] });
    const other = gzipSync(gunzipSync(layer.blob), { level: 1 });
    registry.blobs.set(layers[0]!, Buffer.concat([other, Buffer.alloc(layer.blob.length - other.length)]));
    expect(told(await verify(registry))).toEqual([expect.stringMatching(/^layer : /)]);
  });

  test('that is missing is told, and the others are looked at', async () => {
    const broken = { ...tocLayer({ a: Buffer.from('a') }), diffId: digest(Buffer.from('')) };
    await using registry = await startRegistryStandIn();
    const { layers } = putImage(registry, { layers: [plainLayer(CONTENT), broken] });
    registry.blobs.delete(layers[0]!);
    const lines = told(await verify(registry));
    expect(lines).toEqual([
      expect.stringMatching(/^layer : .*404/),
      expect.stringMatching(/^diff-id : has the diffID sha256:.*, its config says sha256:/),
    ]);
  });

  test('that is no archive, or has bytes behind its members, cannot be read', async () => {
    const text = { ...plainLayer({}), blob: Buffer.from('not gzip') };
    await expect(found(text)).resolves.toEqual([expect.stringMatching(/^layer : .*cannot be read/)]);
    const { blob, ...rest } = plainLayer(CONTENT);
    const more = { ...rest, blob: Buffer.concat([blob, Buffer.alloc(100, 'x')]) };
    await expect(found(more)).resolves.toEqual([expect.stringMatching(/^layer : .*cannot be read/)]);
  });

  test('of a registry that knows no ranges is read all the same', async () => {
    const lines = await found(tocLayer(CONTENT), (request) => {
      delete request.headers.range;
    });
    expect(lines).toEqual(['toc : cannot be read: the registry gives no ranges']);
  });
});

describe('documents', () => {
  test('that are missing, broken or other than they are named are told', async () => {
    await using registry = await startRegistryStandIn();
    const { manifest, config, layers } = putImage(registry, { layers: [plainLayer(CONTENT)] });
    const size = registry.manifests.get(manifest)!.bytes.length;
    const gone = digest(Buffer.from('gone'));
    const child = (fields: object): object => ({
      mediaType: TYPE.manifest,
      digest: manifest,
      size,
      ...fields,
    });
    const broken = putManifest(registry, { mediaType: TYPE.manifest, layers: 'none' });
    putManifest(
      registry,
      {
        mediaType: TYPE.index,
        manifests: [
          child({}),
          child({ digest: gone }),
          child({ size: 1 }),
          child({ mediaType: TYPE.index }),
          { mediaType: TYPE.manifest, ...broken },
        ],
      },
      'v2',
    );
    registry.blobs.set(config, Buffer.from('{}'));
    expect(layers).toHaveLength(1);
    expect(told(await verify(registry, 'v2'))).toEqual([
      'manifest : is missing.',
      expect.stringMatching(/^manifest : has \d+ bytes, its index says 1/),
      expect.stringMatching(/^manifest : is served as .*manifest.*, its index says .*index/),
      expect.stringMatching(/^manifest : the manifest .* is not as the image specification has it/),
      expect.stringMatching(/^config : .*another digest/),
    ]);
  });

  test('of a tag that is not there are an error', async () => {
    await using registry = await startRegistryStandIn();
    await expect(verify(registry, 'v9')).rejects.toThrow('There is no');
  });

  test('may be configs with fewer diffIDs than layers', async () => {
    await using registry = await startRegistryStandIn();
    putImage(registry, { layers: [plainLayer(CONTENT)], config: { rootfs: { diff_ids: [] } } });
    expect(told(await verify(registry))).toEqual(['config : has 0 diffIDs, its manifest 1 layers']);
  });
});

function gitOid(text: string): Oid {
  return `git-sha1:${createHash('sha1').update(`blob ${text.length}\0${text}`).digest('hex')}`;
}

describe('beside the Hub', () => {
  const SHA = '11c5a3d5811f50298f278a704980280950aedb10';
  const annotations = {
    'org.opencontainers.image.title': 'owner/model',
    'org.opencontainers.image.revision': SHA,
  };
  const hubRevision = async (): Promise<Revision> => ({
    name: 'owner/model',
    sha: SHA,
    files: [
      { path: 'config.json', size: 2, oid: gitOid('{}') },
      { path: 'left-out.txt', size: 1, oid: gitOid('x') },
      { path: 'model.bin', size: 5, oid: digest(Buffer.from('right')) },
      { path: 'short.txt', size: 9, oid: gitOid('nine long') },
      { path: 'vocab.txt', size: 5, oid: gitOid('right') },
    ],
  });

  test('every file that is another is told, whichever hash the Hub has of it', async () => {
    await using registry = await startRegistryStandIn();
    const content: Content = {
      'config.json': Buffer.from('{}'),
      'model.bin': Buffer.from('wrong'),
      'more.txt': Buffer.from('more'),
      'short.txt': Buffer.from('short'),
      'vocab.txt': Buffer.from('wrong'),
    };
    putImage(registry, { layers: [tocLayer(content)], annotations });
    const verification = await verify(registry, 'latest', { hubRevision });
    expect(verification.hub).toEqual({ model: 'owner/model', sha: SHA, files: 1, leftOut: 1 });
    expect(told(verification)).toEqual([
      `hub model.bin: is ${digest(Buffer.from('wrong'))}, on the Hub ${digest(Buffer.from('right'))}`,
      `hub more.txt: is not in owner/model at ${SHA}`,
      'hub short.txt: has 5 bytes, on the Hub 9',
      `hub vocab.txt: is ${gitOid('wrong')}, on the Hub ${gitOid('right')}`,
    ]);
  });

  test('what lies below another layer does not count', async () => {
    await using registry = await startRegistryStandIn();
    const layers = [
      plainLayer({ 'vocab.txt': Buffer.from('wrong') }),
      plainLayer({ 'vocab.txt': Buffer.from('right') }),
    ];
    putImage(registry, { layers, annotations });
    expect(told(await verify(registry, 'latest', { hubRevision }))).toEqual([]);
  });

  test('an image of a folder is refused before anything is moved', async () => {
    await using registry = await startRegistryStandIn();
    const { layers } = putImage(registry, { layers: [plainLayer(CONTENT)] });
    await expect(verify(registry, 'latest', { hubRevision })).rejects.toThrow('does not say of which commit');
    expect(registry.seen.some(({ url }) => url.includes(layers[0]!))).toBe(false);
  });
});
