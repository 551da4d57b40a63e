/** Files with unusual names, published from a folder and read back out of the image. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

import { buildTo } from '../support/buildkit.ts';
import { copyInstruction } from '../../src/dockerfile/copy-instruction.ts';
import { modelList } from '../support/model-list.ts';
import { expectPublished, publishJson } from '../support/published.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { temporaryFolder } from '../support/temporary.ts';

const NAMES = [
  'Config.json',
  'config.json',
  'onnx/模型 naïve.onnx',
  'caf\u00E9', // é as one character,
  'cafe\u0301', // and as two
  `it's "$HOME" \${x} [a]*?.txt`,
  '[!a]',
  '<<EOF',
];

describeWith('registry', 'buildkit')('a model whose files have unusual names', () => {
  test('is copied out of its image by the lines that serve prints, each file its own', async () => {
    const name = 'names/unusual';
    await using list = await modelList([{ name, source: 'model' }]);
    for (const path of NAMES) {
      const file = join(list.folder, 'model', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `this is ${path}`);
    }
    expectPublished(await publishJson([...list.args, '--registry', serviceAddress('REGISTRY')]));

    const image = `${serviceAddress('REGISTRY')}/${name}:latest`;
    const lines = NAMES.map((path, at) => copyInstruction(image, path, `/${at}`));
    await using built = await temporaryFolder();
    await buildTo(built.path, 'eager', ['FROM scratch', ...lines]);
    const copied = await Promise.all(NAMES.map((_, at) => readFile(join(built.path, `${at}`), 'utf8')));
    expect(copied).toEqual(NAMES.map((path) => `this is ${path}`));
  }, 60_000);
});
