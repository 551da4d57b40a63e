/** Inspect, diff and verify as users run them, on images of both builders and of BuildKit alone. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { ImageComparison } from '../../src/inspecting/compare-images.ts';
import type { Inspection } from '../../src/inspecting/inspect-image.ts';
import type { Verification } from '../../src/verifying/verify-reference.ts';
import { aiAction, aiActionJson } from '../support/ai-action.ts';
import { folderHashes } from '../support/folder-hashes.ts';
import { startHubProcess, type HubProcess } from '../support/hub-process.ts';
import { minilm, MINILM_WEIGHTS } from '../support/minilm.ts';
import { modelList, type ModelList } from '../support/model-list.ts';
import { expectPublished, publishJson } from '../support/published.ts';
import { startRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { temporaryFolder } from '../support/temporary.ts';

const run = promisify(execFile);
const NAME = 'sentence-transformers/all-MiniLM-L6-v2';
const PREFIX = `e2e-${randomUUID().slice(0, 8)}`;
const IMAGE = `${PREFIX}/sentence-transformers/all-minilm-l6-v2`;

describeWith('registry', 'buildkit')('all-MiniLM-L6-v2, read back', () => {
  let folder: string;
  let hub: HubProcess;
  let list: ModelList;
  let proxy: RegistryProxy;
  let hashes: Record<string, string>;
  const at = (tag: string): string => `${proxy.host}/${IMAGE}:${tag}`;

  async function publish(tag: string, ...args: string[]): Promise<void> {
    await list.write([{ name: NAME, sha: hub.shaOf(NAME), tag }]);
    const registry = `${serviceAddress('REGISTRY')}/${PREFIX}`;
    expectPublished(await publishJson([...list.args, '--registry', registry, '--hub', hub.url, ...args]));
  }

  beforeAll(async () => {
    folder = await minilm();
    hashes = await folderHashes(folder);
    hub = await startHubProcess([`--model=${NAME}=${folder}`]);
    list = await modelList();
    proxy = await startRegistryProxy(serviceAddress('REGISTRY'));
    await publish('stream');
    await publish('buildx', '--builder', 'buildx');
    await buildKitAlone(folder, `${serviceAddress('REGISTRY')}/${IMAGE}:buildkit`);
  }, 180_000);

  afterAll(async () => {
    await Promise.all([hub, list, proxy].map(async (part) => part?.[Symbol.asyncDispose]()));
  });

  const TAGS = ['stream', 'buildx', 'buildkit'];
  test.each(TAGS)('inspect lists the files of %s and their tensors, and moves no weights', async (tag) => {
    proxy.forget();
    const { json, code } = await aiActionJson(['inspect', at(tag), '--tensors']);
    const inspection = json as Inspection;
    expect(code).toBe(0);
    const digests = Object.fromEntries(
      inspection.files.map(({ path, digest = '' }) => [path, digest.replace('sha256:', '')]),
    );
    expect(digests).toEqual(hashes);
    expect(inspection.tensors).toEqual([
      expect.objectContaining({ path: MINILM_WEIGHTS.path, dtypes: { F32: 22_713_216, I64: 512 } }),
    ]);
    expect(inspection.tags).toEqual([tag]);
    // The ends of two layers, the beginning of the weights, and documents.
    expect(proxy.wireBytes()).toBeLessThan(250_000);
  });

  test('inspect says it in words, too', async () => {
    const { stdout } = await aiAction(['inspect', at('stream')]);
    expect(stdout).toContain(`  revision     ${hub.shaOf(NAME)}\n`);
    expect(stdout).toMatch(/^LAYER +SIZE +DIGEST +FORMAT +FILES +SHARED WITH\n1 +90\.9 MB +sha256:/m);
    expect(stdout).toMatch(/^model\.safetensors +90\.9 MB +1$/m);
  });

  test('diff finds no difference between the builders, whose layers are others', async () => {
    const { json } = await aiActionJson(['diff', at('stream'), at('buildx')]);
    const { added, changed, removed, layers, ranges } = json as ImageComparison;
    expect({ added, changed, removed }).toEqual({ added: [], changed: [], removed: [] });
    expect(layers.bytes).toBeGreaterThan(80e6);
    expect(ranges.bytes).toBeLessThan(100_000);
  });

  test.each(['stream', 'buildx'])('verify holds %s to its digests and to the Hub', async (tag) => {
    const { json, code } = await aiActionJson(['verify', at(tag), '--against-hub', '--hub', hub.url]);
    const { findings, hub: compared, chunks } = json as Verification;
    expect({ code, findings }).toEqual({ code: 0, findings: [] });
    expect(compared).toEqual({
      model: NAME,
      sha: hub.shaOf(NAME),
      files: Object.keys(hashes).length,
      leftOut: 0,
    });
    expect(chunks).toBeGreaterThan(30);
  });

  test('verify takes what BuildKit attests for no image', async () => {
    const { json, code } = await aiActionJson(['verify', at('buildkit')]);
    expect({ code, findings: (json as Verification).findings }).toEqual({ code: 0, findings: [] });
    const refused = await aiAction(['verify', at('buildkit'), '--against-hub', '--hub', hub.url]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('does not say of which commit of the Hub it is');
  });
});

/** The model as a Dockerfile of somebody else's copies it, with BuildKit's own attestations. */
async function buildKitAlone(folder: string, image: string): Promise<void> {
  await using context = await temporaryFolder();
  await cp(folder, join(context.path, 'model'), { recursive: true });
  await writeFile(join(context.path, 'Dockerfile'), 'FROM scratch\nCOPY model /\n');
  const output = `type=image,name=${image},push=true,registry.insecure=true,compression=estargz,force-compression=true,oci-mediatypes=true`;
  const builder = serviceAddress('BUILDX_BUILDER');
  await run('buildx', ['build', '--builder', builder, '--provenance=true', '--output', output, context.path]);
}

describe('a command that is wrong', () => {
  test.each([
    ['model:latest', 'does not begin with a registry'],
    ['localhost:5000/Owner/Model', 'is not a repository name'],
  ])('as with %s, ends with 2', async (reference, message) => {
    const { code, stderr } = await aiAction(['verify', reference]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(stderr).toContain('hint: Write registry, name and tag');
  });
});
