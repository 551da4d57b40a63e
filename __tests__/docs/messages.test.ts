/** What the pages on failures quote is what the program says. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { inWordsOfInputs } from '../../src/action/inputs.ts';
import { createProgram } from '../../src/commands/program.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Of these sections; the one on what GitHub says itself is not ours to hold. */
const PAGES: [page: string, sections: RegExp][] = [
  ['troubleshooting.md', /^(?!Before anything runs|It says nothing)/],
  ['builders.md', /^When it fails/],
  ['artifact-registry.md', /^When it fails/],
  ['runtimes.md', /^When it fails/],
];

/** GitHub's own words. */
const OF_GITHUB = 'GitHub Actions is not permitted to create or approve pull requests';

/** Shorter parts of a message say nothing. */
const TELLING = 6;

const nothing = { write: () => undefined };
const signal = new AbortController().signal;
const program = await createProgram({ stdout: nothing, stderr: nothing, env: {}, signal }, () => undefined);

function read(...patterns: string[]): string[] {
  return patterns.flatMap((pattern) =>
    globSync(pattern, { cwd: ROOT }).map((file) => readFileSync(join(ROOT, file), 'utf8')),
  );
}

/** The sources' texts as a job shows them, those in two parts put together. */
const said = read('src/**/*.ts', 'node_modules/commander/lib/{command,error,option}.js')
  .map((text) => text.replaceAll(/['`"] \+\s+['`"]/g, ''))
  .flatMap((text) => text.split('\n').map((line) => inWordsOfInputs(program, line.replaceAll("\\'", "'"))))
  .join('\n');

/** The quotes in the first column of a page's tables. */
function quotesOf(page: string, wanted: RegExp): string[] {
  const [text = ''] = read(`docs/${page}`);
  const sections = text.split(/^## /m).filter((section) => wanted.test(section));
  const cells = sections.flatMap((section) =>
    [...section.matchAll(/^\| (?!message |-)(.*?) \| /gm)].map(([, cell = '']) => cell),
  );
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, quote = '']) => quote));
}

test.each(PAGES)('docs/%s quotes messages as they are', (page, sections) => {
  const quotes = quotesOf(page, sections);
  expect(quotes.length).toBeGreaterThan(4);
  const parts = quotes
    .filter((quote) => quote !== OF_GITHUB)
    .flatMap((quote) => quote.split(/\s*(?:…|\b[A-Z]{4,}\b|\(\d{3}\))\s*/).map((part) => ({ quote, part })));
  const unknown = parts.filter(({ part }) => part.length >= TELLING && !said.includes(part));
  expect(unknown).toEqual([]);
});
