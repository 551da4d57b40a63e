/** ModelKits and ModelPack artifacts as kit and modctl packed them, and as nobody should. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { isModelKitReference } from '../../src/artifacts/modelkit-reference.ts';
import { readArtifact } from '../../src/artifacts/read-artifact.ts';
import type { Manifest } from '../../src/oci/descriptor.ts';
import type { Digest } from '../../src/oci/digest.ts';

interface Recorded {
  manifest: Manifest;
  config: Record<string, unknown>;
}

function recorded(tool: string): Recorded {
  const file = join(import.meta.dirname, '../support/foreign-images', `${tool}.json`);
  const { manifest, blobs } = JSON.parse(readFileSync(file, 'utf8')) as { manifest: string; blobs: string[] };
  return { manifest: parsed(manifest) as Manifest, config: parsed(blobs[0]) as Recorded['config'] };
}

function parsed(base64 = ''): unknown {
  return JSON.parse(Buffer.from(base64, 'base64').toString());
}

function read({ manifest, config }: Recorded): ReturnType<typeof readArtifact> {
  return readArtifact(manifest, new TextEncoder().encode(JSON.stringify(config)));
}

const DIFF_IDS: Record<string, Digest> = {
  'model.safetensors': 'sha256:fd1e5dcb1c07e7d16a4688ebaba897146b0dcbd2bc90b41a62d019b4080b9fb1',
  'config.json': 'sha256:7a54d59813926525d6ca75ac810584fd912339a7dd04d333bfab8f4469201987',
  'README.md': 'sha256:466956807db62d6f47d38206aca0193b9f89b0b9407ad760800adf1b462ab928',
};

describe('what kit packed', () => {
  test.each([
    ['kit', 'modelkit', 'tar'],
    ['kit-zstd', 'modelkit', 'tar+zstd'],
    ['kit-model-pack', 'modelpack', 'tar+gzip'],
  ])('%s', (tool, kind, encoding) => {
    const artifact = read(recorded(tool));
    expect(artifact).toMatchObject({ kind, modelReference: undefined, remoteDatasets: [] });
    expect(artifact.package).toEqual({ name: 'tiny', version: '1.0.0', licenses: ['MIT'] });
    expect(
      artifact.parts.map(({ role, path, diffId, encoding: one }) => ({ role, path, diffId, encoding: one })),
    ).toEqual(
      [
        ['model', 'model.safetensors'] as const,
        ['model', 'config.json'] as const,
        ['docs', 'README.md'] as const,
      ].map(([role, path]) => ({ role, path, diffId: DIFF_IDS[path], encoding })),
    );
  });
});

test.each([
  ['modctl', 'raw'],
  ['modctl-tar', 'tar'],
])('what %s packed', (tool, encoding) => {
  const { kind, parts } = read(recorded(tool));
  expect(kind).toBe('modelpack');
  expect(parts).toMatchObject([
    { role: 'model', path: 'config.json', encoding },
    { role: 'model', path: 'model.safetensors', encoding },
    { role: 'docs', path: 'README.md', encoding },
  ]);
  for (const { descriptor, diffId } of parts) expect(diffId).toBe(descriptor.digest);
});

test('a Kitfile from before there were digests goes by the order of each role', () => {
  const kit = recorded('kit');
  const changed = { model: { path: 'm', parts: [{ path: 'p' }] }, docs: [{ path: 'd' }] };
  expect(read({ ...kit, config: changed }).parts).toMatchObject([
    { role: 'model', path: 'm' },
    { role: 'model', path: 'p' },
    { role: 'docs', path: 'd' },
  ]);
});

test('two parts of the same bytes are told apart by their roles, in any order', () => {
  const { manifest, config } = recorded('kit');
  const [model, , docs] = manifest.layers;
  const same = { ...docs!, digest: model!.digest, size: model!.size };
  const entry = { digest: model!.digest, diffId: model!.digest };
  const kit = {
    manifest: { ...manifest, layers: [same, model!] },
    config: { ...config, model: { path: 'm', ...entry }, docs: [{ path: 'd', ...entry }] },
  };
  expect(read(kit).parts.map(({ role, path }) => [role, path])).toEqual([
    ['docs', 'd'],
    ['model', 'm'],
  ]);
});

test('prompts, and what is in no layer', () => {
  const { manifest } = recorded('kit');
  const [layer] = manifest.layers;
  const prompt = {
    ...layer!,
    mediaType: 'application/vnd.kitops.modelkit.code.v1.tar',
    annotations: { 'ml.kitops.modelkit.layer-subtype': 'prompt' },
  };
  const changed = {
    model: { path: 'registry.example/owner/base:v1' },
    datasets: [{ path: 'data', remotePath: 's3://bucket/data', remoteHash: 'x' }],
    prompts: [{ name: 'greet', path: 'greet.md', digest: prompt.digest }],
  };
  const artifact = read({ manifest: { ...manifest, layers: [prompt] }, config: changed });
  expect(artifact).toMatchObject({
    modelReference: 'registry.example/owner/base:v1',
    remoteDatasets: [{ path: 'data', remotePath: 's3://bucket/data' }],
    parts: [{ role: 'prompts', name: 'greet', path: 'greet.md', diffId: prompt.digest }],
  });
});

const OTHER = `sha256:${'0'.repeat(64)}`;

type Change = (kit: Recorded) => Recorded;

function layers(change: (all: Manifest['layers']) => unknown[]): Change {
  return ({ manifest, config: same }) => ({
    manifest: { ...manifest, layers: change(manifest.layers) as Manifest['layers'] },
    config: same,
  });
}

function kitfile(changed: object): Change {
  return (kit) => ({ ...kit, config: { ...kit.config, ...changed } });
}

describe('documents that do not agree', () => {
  test.each<[string, string, Change, string]>([
    [
      'a layer too many',
      'kit',
      layers(([first, ...rest]) => [first, { ...first, digest: OTHER }, ...rest]),
      `does not name the layer ${OTHER}`,
    ],
    ['a layer that is missing', 'kit', layers((all) => all.slice(0, 2)), 'names docs "README.md"'],
    [
      'another digest',
      'kit',
      kitfile({ docs: [{ path: 'README.md', digest: OTHER }] }),
      'does not name the layer sha256:4669',
    ],
    [
      'a digest for some alone',
      'kit',
      kitfile({ docs: [{ path: 'README.md' }] }),
      'has a digest for model "model.safetensors", and none for docs "README.md"',
    ],
    [
      'another role',
      'kit',
      kitfile({
        docs: [],
        code: [
          {
            path: 'README.md',
            digest: 'sha256:466956807db62d6f47d38206aca0193b9f89b0b9407ad760800adf1b462ab928',
          },
        ],
      }),
      'as code "README.md", the manifest as',
    ],
    [
      'a diffID that its plain layer cannot have',
      'kit',
      kitfile({ docs: [{ path: 'README.md', digest: DIFF_IDS['README.md'], diffId: OTHER }] }),
      'is not compressed, and is said to have the diffID',
    ],
    [
      'a digest that is none',
      'kit',
      kitfile({ docs: [{ path: 'README.md', digest: 'sha256:1' }] }),
      'digest of docs "README.md" is no digest',
    ],
    ['a list that is none', 'kit', kitfile({ docs: 'README.md' }), 'docs of the Kitfile is no list'],
    [
      'an unknown type of layer',
      'kit',
      layers(([first, ...rest]) => [{ ...first, mediaType: 'application/x-tar' }, ...rest]),
      'is application/x-tar, which is no type',
    ],
    [
      'too few diffIDs',
      'kit-model-pack',
      kitfile({ modelfs: { type: 'layers', diffIds: [OTHER] } }),
      'has 1 diffIDs, the manifest 3 layers',
    ],
    [
      'diffIDs that are none',
      'modctl-tar',
      kitfile({ modelfs: { diffIds: ['a', 'b', 'c'] } }),
      'diffIDs that are no digests',
    ],
    [
      'diffIDs that the Kitfile has otherwise',
      'kit-model-pack',
      kitfile({ modelfs: { diffIds: [OTHER, OTHER, OTHER] } }),
      `in the Kitfile, and ${OTHER} in the config`,
    ],
    ['a plain image', 'crane', (kit) => kit, 'is no ModelKit and no ModelPack artifact'],
  ])('%s', (_, tool, change, message) => {
    expect(() => read(change(recorded(tool)))).toThrow(message);
  });

  test('a config that is not JSON', () => {
    expect(() => readArtifact(recorded('kit').manifest, new TextEncoder().encode('{'))).toThrow(
      'is no JSON object',
    );
  });
});

test.each([
  ['model.gguf', false],
  ['./models/a', false],
  ['registry.example/owner/kit:v1', true],
  ['localhost:5000/kit:v1', true],
  [`ghcr.io/owner/kit@sha256:${'0'.repeat(64)}`, true],
  ['kit:v1', true],
  ['C:\\models\\a', false],
  ['Owner/Kit:v1', false],
  ['s3://bucket/key', false],
  ['a:b:c', false],
])('%s as the path of a model is a reference: %s', (path, expected) => {
  expect(isModelKitReference(path)).toBe(expected);
});
