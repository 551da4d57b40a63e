/** Holds the direction of the arrows between the folders of src/ (docs/architecture.md, "Layout"). */
import { describe, expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Which rooms of src/ a room may import from, besides itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  oci: [],
  errors: [],
  version: [],
  'make-folder': ['errors'],
  'is-alive': [],
  'lock-file': ['errors'],
  dockerfile: [],
  containers: ['oci'],
  artifacts: ['formats', 'oci'],
  estargz: ['oci'],
  formats: [],
  http: ['errors'],
  report: ['errors', 'make-folder'],
  hub: ['http', 'estargz', 'oci', 'errors'],
  registry: ['http', 'oci', 'errors'],
  imports: ['registry', 'http', 'oci', 'errors'],
  github: ['models', 'http', 'errors'],
  google: ['registry', 'http', 'errors'],
  image: ['hub', 'registry', 'oci', 'errors'],
  estimate: ['formats', 'errors'],
  reading: ['artifacts', 'image', 'registry', 'estargz', 'http', 'oci', 'errors'],
  pulling: ['reading', 'registry', 'estargz', 'http', 'report', 'oci', 'errors', 'make-folder'],
  store: ['pulling', 'reading', 'oci', 'errors', 'make-folder', 'is-alive', 'lock-file'],
  inspecting: [
    'gguf',
    'containers',
    'artifacts',
    'reading',
    'image',
    'registry',
    'estargz',
    'formats',
    'oci',
    'errors',
  ],
  verifying: ['containers', 'reading', 'image', 'hub', 'registry', 'estargz', 'oci', 'errors'],
  bases: ['containers', 'registry', 'report', 'oci', 'errors'],
  deriving: ['artifacts', 'bases', 'containers', 'reading', 'registry', 'http', 'report', 'oci', 'errors'],
  models: ['image', 'oci', 'errors'],
  builders: ['image', 'hub', 'registry', 'estargz', 'oci', 'http', 'report', 'errors', 'is-alive'],
  gguf: ['formats', 'hub', 'errors'],
  publish: [
    'bases',
    'deriving',
    'reading',
    'gguf',
    'formats',
    'builders',
    'containers',
    'artifacts',
    'models',
    'image',
    'imports',
    'hub',
    'registry',
    'estargz',
    'http',
    'report',
    'oci',
    'errors',
  ],
  pickle: [],
  curation: ['publish', 'pickle', 'models', 'hub', 'report', 'errors'],
  prune: ['google', 'registry', 'http', 'oci', 'errors'],
  workerd: ['errors', 'make-folder', 'is-alive', 'lock-file'],
  commands: [
    'bases',
    'deriving',
    'curation',
    'prune',
    'publish',
    'pulling',
    'inspecting',
    'verifying',
    'store',
    'estimate',
    'gguf',
    'formats',
    'reading',
    'containers',
    'artifacts',
    'models',
    'image',
    'builders',
    'imports',
    'github',
    'google',
    'hub',
    'registry',
    'workerd',
    'dockerfile',
    'report',
    'estargz',
    'oci',
    'http',
    'errors',
    'version',
    'make-folder',
  ],
  action: ['commands', 'builders', 'github', 'models', 'report', 'errors'],
  cli: ['commands', 'http'],
  main: ['action', 'http'],
};

/** Rooms that also run in workerd: nothing of Node, nothing from outside. */
const WEB_STANDARDS_ONLY = new Set(['oci', 'estargz', 'formats', 'dockerfile', 'containers', 'artifacts']);

/** Rooms of src/ that the Worker may import. */
const WORKER_MAY_IMPORT = new Set(['oci', 'estargz', 'formats', 'dockerfile', 'containers', 'artifacts']);

interface Import {
  file: string;
  target: string;
}

function importsOf(pattern: string): Import[] {
  return globSync(pattern, { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gms)].map(
      (match) => ({ file, target: match[1] ?? '' }),
    ),
  );
}

/** `src/hub/source.ts` → `hub`, `src/errors.ts` → `errors`; undefined outside src/. */
function roomOf(file: string): string | undefined {
  return /^src\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(file)?.[1];
}

function resolved({ file, target }: Import): string {
  return relative(root, join(root, dirname(file), target));
}

describe('imports in src/', () => {
  const imports = importsOf('src/**/*.ts');

  test('are found', () => {
    expect(imports.length).toBeGreaterThan(50);
  });

  test('follow the arrows', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('.'))
      .map((found) => ({
        ...found,
        from: roomOf(found.file) ?? '',
        to: roomOf(resolved(found)) ?? 'outside',
      }))
      .filter(({ from, to }) => from !== to && !MAY_IMPORT[from]?.includes(to))
      .map(({ file, to }) => `${file} imports ${to}`);
    expect(wrong).toEqual([]);
  });

  test('leave the rooms that run in workerd on web standards', () => {
    const wrong = imports
      .filter(({ file, target }) => WEB_STANDARDS_ONLY.has(roomOf(file) ?? '') && !target.startsWith('.'))
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });
});

test('the Worker imports the formats of src/ and nothing else of it', () => {
  const imports = importsOf('worker/src/**/*.{ts,tsx}').filter(({ target }) => target.startsWith('.'));
  expect(imports.length).toBeGreaterThan(5);
  const wrong = imports
    .map((found) => ({ ...found, to: resolved(found) }))
    .filter(({ to }) => !to.startsWith('worker/') && !WORKER_MAY_IMPORT.has(roomOf(to) ?? ''))
    .map(({ file, to }) => `${file} imports ${to}`);
  expect(wrong).toEqual([]);
});

test('no file imports itself by way of others', () => {
  const targets = new Map<string, string[]>();
  for (const found of importsOf('{src,worker/src}/**/*.{ts,tsx}')) {
    if (!found.target.startsWith('.')) continue;
    targets.set(found.file, [...(targets.get(found.file) ?? []), resolved(found)]);
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  expect(circles).toEqual([]);
});
