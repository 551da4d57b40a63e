import { describe, expect, test } from '@jest/globals';

import { readArtifact } from '../../src/artifacts/read-artifact.ts';
import { makeDockerModel } from '../../src/artifacts/docker-model.ts';
import type { ArtifactDocuments } from '../../src/artifacts/documents.ts';
import { fileRole } from '../../src/artifacts/file-role.ts';
import { makeModelKit, type KitLayer } from '../../src/artifacts/modelkit.ts';
import { makeModelPack } from '../../src/artifacts/modelpack.ts';
import type { Manifest } from '../../src/oci/descriptor.ts';
import type { Digest } from '../../src/oci/digest.ts';

const identity = {
  name: 'Owner/Tiny',
  revision: 'ab12',
  license: 'mit',
  url: 'https://hub.example/Owner/Tiny',
};
const facts = { format: 'safetensors', architecture: 'bert', parameters: 22_713_216, dtype: 'F32' };
const annotations = { 'ai.depot.recipe': '1' };

describe('a ModelKit', () => {
  const layers: KitLayer[] = [
    layer('1', ['data/train.parquet']),
    layer('2', ['model-00001-of-00002.safetensors']),
    layer('3', ['model-00002-of-00002.safetensors']),
    layer('4', ['docs/a.pdf', 'docs/b/c.md']),
    layer('5', ['README.md', 'config.json']),
  ];

  test('has the image’s blobs, in the order of its Kitfile', async () => {
    const { manifest, config } = read(await makeModelKit({ identity, facts, layers, annotations }));
    expect(manifest.layers.map((one) => [one.mediaType.slice(32), one.digest[7]])).toEqual([
      ['model.v1.tar+gzip', '2'],
      ['modelpart.v1.tar+gzip', '3'],
      ['modelpart.v1.tar+gzip', '5'],
      ['dataset.v1.tar+gzip', '1'],
      ['docs.v1.tar+gzip', '4'],
    ]);
    expect(config).toEqual({
      manifestVersion: '1.0.0',
      package: { name: 'Owner/Tiny', version: 'ab12', license: 'mit' },
      model: {
        name: 'Tiny',
        path: 'model-00001-of-00002.safetensors',
        license: 'mit',
        format: 'safetensors',
        parts: [
          { path: 'model-00002-of-00002.safetensors', digest: digest('3'), diffId: digest('d3') },
          { path: '.', digest: digest('5'), diffId: digest('d5') },
        ],
        digest: digest('2'),
        diffId: digest('d2'),
      },
      datasets: [{ path: 'data/train.parquet', digest: digest('1'), diffId: digest('d1') }],
      docs: [{ path: 'docs', digest: digest('4'), diffId: digest('d4') }],
    });
    expect(manifest.annotations).toEqual(annotations);
  });

  test('is read back by the reader of foreign kits', async () => {
    const documents = await makeModelKit({ identity, facts, layers, annotations });
    const artifact = readArtifact(read(documents).manifest, documents.config.bytes);
    expect(artifact.parts.map(({ role, path }) => `${role} ${path}`)).toEqual([
      'model model-00001-of-00002.safetensors',
      'model model-00002-of-00002.safetensors',
      'model .',
      'datasets data/train.parquet',
      'docs docs',
    ]);
  });

  test('has a model also where nothing is known to be one, and no path twice', async () => {
    const all = [
      layer('1', ['a.txt', 'b.txt']),
      layer('2', ['c.txt', 'x/d.txt']),
      layer('3', ['u/e:v', 'f']),
    ];
    const { config } = read(await makeModelKit({ identity, facts: {}, layers: all, annotations }));
    expect(config).toMatchObject({
      model: { path: '.', digest: digest('1'), parts: [{ path: 'c.txt' }, { path: 'f' }] },
    });
  });

  test('has the same bytes for ever', async () => {
    const { manifest, config } = await makeModelKit({ identity, facts, layers, annotations });
    expect([config.descriptor.digest, manifest.descriptor.digest]).toMatchInlineSnapshot(`
     [
       "sha256:1d20f2356c0cd2bbc28efb3e6f64ebbb963f93d55d623a9fe481bf10fc8e32a7",
       "sha256:af17d29fb24e80de8347fccbc116058f70f44abdc4b9a6b8ac54c30564369102",
     ]
    `);
  });
});

const files = [
  { path: 'README.md', size: 5, digest: digest('a') },
  { path: 'model.safetensors', size: 90_868_376, digest: digest('b') },
  { path: '1_Pooling/config.json', size: 190, digest: digest('c') },
];

describe('a ModelPack artifact', () => {
  test('has a raw layer for each file, weights first', async () => {
    const { manifest, config } = read(await makeModelPack({ identity, facts, files, annotations }));
    expect(manifest.artifactType).toBe('application/vnd.cncf.model.manifest.v1+json');
    expect(manifest.layers.map(({ mediaType, annotations: says }) => [mediaType.slice(27), says])).toEqual([
      ['weight.v1.raw', { 'org.cncf.model.filepath': 'model.safetensors' }],
      ['weight.config.v1.raw', { 'org.cncf.model.filepath': '1_Pooling/config.json' }],
      ['doc.v1.raw', { 'org.cncf.model.filepath': 'README.md' }],
    ]);
    expect(config).toEqual({
      descriptor: {
        name: 'Tiny',
        sourceURL: 'https://hub.example/Owner/Tiny',
        revision: 'ab12',
        licenses: ['mit'],
        title: 'Owner/Tiny',
      },
      modelfs: { type: 'layers', diffIds: [digest('b'), digest('c'), digest('a')] },
      config: { architecture: 'bert', format: 'safetensors', paramSize: '22.7M', precision: 'float32' },
    });
  });

  test('has the same bytes for ever', async () => {
    const { manifest, config } = await makeModelPack({ identity, facts, files, annotations });
    expect([config.descriptor.digest, manifest.descriptor.digest]).toMatchInlineSnapshot(`
     [
       "sha256:d44d461ca6d9dd97aab11893995d1a84cfd01896381bcff3ef3d2cbe50b688d2",
       "sha256:087c798988291a628c977321b26c2df41b8d06c0fa506ecc94e0246b92d41728",
     ]
    `);
  });
});

describe('a Docker model', () => {
  const gguf = {
    facts: {
      format: 'gguf',
      architecture: 'llama',
      parameters: 1_540_000_000,
      quantization: 'Q4_K_M',
      contextLength: 32_768,
      metadata: { 'general.architecture': 'llama' },
    },
    files: [
      { role: 'gguf', path: 'm-00001-of-00002.gguf', size: 600_000_000, digest: digest('a') },
      { role: 'gguf', path: 'm-00002-of-00002.gguf', size: 380_000_000, digest: digest('b') },
      { role: 'license', path: 'LICENSE', size: 11, digest: digest('c') },
    ],
    annotations,
  } as const;

  test('of GGUF has the config that each version of the runner takes', async () => {
    const { manifest, config } = read(await makeDockerModel(gguf));
    expect(manifest.config.mediaType).toBe('application/vnd.docker.ai.model.config.v0.1+json');
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.docker.ai.gguf.v3',
      'application/vnd.docker.ai.gguf.v3',
      'application/vnd.docker.ai.license',
    ]);
    expect(config).toEqual({
      config: {
        format: 'gguf',
        quantization: 'Q4_K_M',
        parameters: '1.54B',
        architecture: 'llama',
        size: '980.00MB',
        gguf: { 'general.architecture': 'llama' },
        context_size: 32_768,
      },
      descriptor: {},
      rootfs: { type: 'rootfs', diff_ids: [digest('a'), digest('b'), digest('c')] },
    });
  });

  test('of safetensors has the config that keeps paths', async () => {
    const documents = await makeDockerModel({
      facts: { format: 'safetensors', dtype: 'F32', parameters: 26, metadata: {} },
      files: [
        { role: 'safetensors', path: 'model.safetensors', size: 104, digest: digest('b') },
        { role: 'file', path: '1_Pooling/config.json', size: 190, digest: digest('c') },
      ],
      annotations,
    });
    const { manifest, config } = read(documents);
    expect(manifest.config.mediaType).toBe('application/vnd.docker.ai.model.config.v0.2+json');
    expect(manifest.layers[1]?.annotations).toEqual({ 'org.cncf.model.filepath': '1_Pooling/config.json' });
    expect(config).toMatchObject({ config: { quantization: 'F32', parameters: '26', size: '104.00B' } });
  });

  test('has the same bytes for ever', async () => {
    const { manifest, config } = await makeDockerModel(gguf);
    expect([config.descriptor.digest, manifest.descriptor.digest]).toMatchInlineSnapshot(`
     [
       "sha256:9e5b90d7b3522f4a402310bca73a6aa303c39ba7359f530c0f9b5a0a4c12ae70",
       "sha256:a9405543cbf47d487073c78b6d3971ec317e8939f2871a345c241cafd5d1aea3",
     ]
    `);
  });
});

test.each([
  ['model.safetensors', 'weight'],
  ['onnx/model.onnx_data', 'weight'],
  ['tokenizer.model', 'config'],
  ['vocab.txt', 'config'],
  ['data/LICENSE', 'doc'],
  ['README', 'doc'],
  ['train.py', 'code'],
  ['eval.jsonl', 'dataset'],
  ['merges', 'config'],
])('%s is for: %s', (path, role) => {
  expect(fileRole(path)).toBe(role);
});

function layer(name: string, paths: readonly string[]): KitLayer {
  return { descriptor: { digest: digest(name), size: 9 }, diffId: digest(`d${name}`), paths };
}

function digest(start: string): Digest {
  return `sha256:${start.padEnd(64, '0')}`;
}

function read({ manifest, config }: ArtifactDocuments): { manifest: Manifest; config: object } {
  return { manifest: parse(manifest.bytes) as Manifest, config: parse(config.bytes) as object };
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
