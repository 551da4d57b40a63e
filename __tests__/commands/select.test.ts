import { expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { selectEntries } from '../../src/commands/select.ts';
import { SHA } from '../support/list.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('what a prompt says is not in the list: its model is selected though the list is as it was', async () => {
  await using folder = await temporaryFolder();
  const models = join(folder.path, 'models.yaml');
  const text = `- {name: plain, sha: ${SHA}}\n- {name: prompted, sha: ${SHA}, prompt: prompt.txt}\n`;
  await writeFile(models, text);
  await writeFile(join(folder.path, 'prompt.txt'), 'You are terse.');
  const readBase = async () => ({ kind: 'found', text, commit: SHA }) as const;
  const selected = await selectEntries({ models, base: 'HEAD' }, { readBase });
  expect(selected.entries.map(({ name }) => name)).toEqual(['prompted']);
  expect(selected.unchanged).toBe(1);
});
