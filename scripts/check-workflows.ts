/**
 * Holds the workflows, the callers to copy and action.yml to GitHub's own language service: syntax, expressions, and
 * that callers know a called workflow's inputs and steps the action's.
 */
import { globSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';

import { parse } from 'yaml';

/** The repository as callers name it. */
const REPOSITORY = { owner: 'depot', name: 'ai-action' };

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

// The language service imports JSON as only bundlers understand it.
registerHooks({
  load: (url, context, nextLoad) =>
    nextLoad(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { validate } = await import('@actions/languageservice');
const { TextDocument } = await import('vscode-languageserver-textdocument');

const action = parse(read('action.yml')) as { name: string; description: string };
const config = {
  fileProvider: {
    getFileContent: async (reference: { path: string }) => ({
      name: reference.path,
      content: read(reference.path),
    }),
  },
  actionsMetadataProvider: {
    // Of others' actions nothing is known here.
    fetchActionMetadata: async ({ owner, name }: { owner: string; name: string }) =>
      owner === REPOSITORY.owner && name === REPOSITORY.name ? action : { name, description: '' },
  },
};

let wrong = 0;
for (const path of globSync(['action.yml', '.github/workflows/*.yml', 'workflows/*.yml'], { cwd: root })) {
  // A step of a called workflow uses the action from the folder that it was checked out to.
  const text = read(path).replaceAll('uses: ./.ai-action', 'uses: depot/ai-action@v1');
  const document = TextDocument.create(`file:///${path}`, 'yaml', 1, text);
  // What the parser finds has no severity: everything that is said counts.
  for (const { range, message } of await validate(document, config)) {
    const said = typeof message === 'string' ? message : message.value;
    console.error(`${path}:${range.start.line + 1}:${range.start.character + 1}: ${said}`);
    wrong += 1;
  }
}
process.exitCode = wrong === 0 ? 0 : 1;
