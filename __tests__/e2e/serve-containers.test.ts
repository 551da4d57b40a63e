/** `serve --containers`: kits that are pushed to it become containers that run. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import type { ContainerStatus } from '../../worker/src/containers/protocol.ts';
import { aiAction } from '../support/ai-action.ts';
import { OciClient } from '../support/oci-client.ts';
import { pushContent } from '../support/registry-content.ts';
import { describeWith } from '../support/services.ts';
import { startServing } from '../support/serving.ts';
import { pushTinyKit, showFiles, SHOWN, showingBase } from '../support/showing-container.ts';
import { temporaryFolder } from '../support/temporary.ts';

const RULES = [{ names: 'acme/*', base: 'bases/show:1', env: { MODEL: '/model.bin' } }];

/** Waits until the rule's container is there, or is not to be. */
async function containerOf(host: string, name: string): Promise<ContainerStatus> {
  for (;;) {
    const response = await fetch(`http://${host}/v2/${name}/manifests/v1/_containers`);
    const [found] = ((await response.json()) as { containers: ContainerStatus[] }).containers;
    if (found !== undefined && found.state !== 'waiting') return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describeWith('buildkit', 'readers')('a kit that is pushed', () => {
  test('runs on the rule’s base', async () => {
    await using folder = await temporaryFolder();
    const rules = join(folder.path, 'rules.json');
    await writeFile(rules, JSON.stringify(RULES));
    const storage = join(folder.path, 'registry');
    await using serving = await startServing(['--storage', storage, '--containers', rules]);
    const { host } = serving;
    await pushContent(new OciClient(`http://${host}`, 'bases/show'), await showingBase(folder.path));
    await pushTinyKit(folder.path, `${host}/acme/kit:v1`);
    expect(await containerOf(host, 'acme/kit')).toMatchObject({
      state: 'done',
      containerTag: 'v1-container',
    });
    const built = join(folder.path, 'built');
    await showFiles(built, `${host}/acme/kit:v1-container`);
    expect(await readFile(join(built, 'shown'), 'utf8')).toBe(SHOWN);
  });
});

test.each([
  ['{"names": "acme/*"}', 'it is no JSON list of objects'],
  ['["acme/*"]', 'it is no JSON list of objects'],
  [undefined, 'there is no such file'],
])('rules that cannot be read are refused: %s', async (text, why) => {
  await using folder = await temporaryFolder();
  const rules = join(folder.path, 'rules.json');
  if (text !== undefined) await writeFile(rules, text);
  const args = ['serve', '--port', '0', '--storage', join(folder.path, 'registry'), '--containers', rules];
  const { code, stderr } = await aiAction(args);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining(`--containers ${rules} cannot be read: ${why}`),
  });
});
