import { expect, test } from '@jest/globals';

import { ArtifactError } from '../../src/artifacts/artifact-error.ts';
import { explained } from '../../src/deriving/explained.ts';

test('what an artifact has in its documents is no command to a terminal or a workflow’s log', async () => {
  const text = '\u001B[2J\n::error::gotcha';
  const failing = explained('registry.example/kit:v1', () => {
    throw new ArtifactError(`The layer is ${text}.`, `It has ${text.repeat(1000)}.`);
  });
  await expect(failing).rejects.toMatchObject({
    name: 'UserError',
    message: 'registry.example/kit:v1: the layer is \uFFFD[2J\uFFFD::error::gotcha.',
    hint: expect.stringMatching(/^It has [^\n]{993}…$/),
  });
});
