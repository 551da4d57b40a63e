/** The mistakes of an entry's runtimes that are no single value's. */
import type * as z from 'zod';
import { companionTags } from './entry.ts';
import { nearest } from './nearest.ts';
import { tagsOf } from './normalise.ts';
import { RUNTIME_KEYS } from './runtime-schema.ts';
import type { ListedEntry, Mistake } from './schema.ts';

const NEEDED: Readonly<Record<string, string>> = {
  name: 'the name of a runtime is missing\nwrite name: and what its tags end in, as in python',
  base: 'the base of a runtime is missing\nwrite base: and an image that has something to run, as in python:3.12-slim',
};

/** @param plain the entry as it is written: nothing of it is known to be right */
export function runtimeMistakes(plain: Readonly<Record<string, unknown>>): Mistake[] {
  const runtimes: unknown = plain['runtimes'];
  if (!Array.isArray(runtimes)) return [];
  const seen = new Set<unknown>();
  return runtimes.flatMap((runtime: unknown, at) => {
    if (typeof runtime !== 'object' || runtime === null || Array.isArray(runtime)) return [];
    const mistakes = missingKeys(Object.keys(runtime), at);
    const { name } = runtime as { name?: unknown };
    if (typeof name === 'string' && seen.has(name)) {
      const text = `two runtimes are called "${name}"\ngive one of them another name: tags end in it`;
      mistakes.push({ path: ['runtimes', at, 'name'], text });
    }
    seen.add(name);
    return mistakes;
  });
}

/** A key that is only mistyped is not missed too. */
function missingKeys(keys: readonly string[], at: number): Mistake[] {
  const meant = new Set(keys.map((key) => (RUNTIME_KEYS.includes(key) ? key : nearest(key, RUNTIME_KEYS))));
  return Object.entries(NEEDED)
    .filter(([key]) => !meant.has(key))
    .map(([, text]) => ({ path: ['runtimes', at], text }));
}

/** A suffix of the tags of an entry, and where the entry has it. */
export interface Suffix {
  suffix: string;
  path: readonly (string | number)[];
}

/** Of what is published beside the image; of an entry whose values may be anything, those that are right. */
export function suffixesIn({ runtimes, formats }: Readonly<Record<string, unknown>>): Suffix[] {
  const named: readonly { name?: unknown }[] = Array.isArray(runtimes) ? runtimes.map(Object) : [];
  const several: readonly unknown[] = Array.isArray(formats) ? formats : [formats];
  const found = [
    ...named.map(({ name }, at) => ({ suffix: name, path: ['runtimes', at, 'name'] })),
    ...several.map((format, at) => ({ suffix: format, path: ['formats', at] })),
  ];
  return found.flatMap(({ suffix, path }) => (typeof suffix === 'string' ? [{ suffix, path }] : []));
}

const MAX_TAG = 128;

/** Tags of the image and of what is published beside it that no registry takes, or that meet within the entry. */
export function suffixMistakes(listed: ListedEntry): Mistake[] {
  const tags = tagsOf(listed);
  return suffixesIn(listed).flatMap(({ suffix, path }, at, all): Mistake[] => {
    const made = companionTags(tags, suffix);
    const long = made.find((tag) => tag.length > MAX_TAG);
    if (long !== undefined) {
      const text = `the tag ${long} would have ${long.length} characters\na tag has at most ${MAX_TAG}: write a shorter name, or a shorter tag`;
      return [{ path, text }];
    }
    const own = made.find((tag) => tags.includes(tag));
    if (own !== undefined) {
      return [{ path, text: `the tag ${own} is the image's own too\ngive one of the two another name` }];
    }
    // Two runtimes of one name are told of as such.
    const before = all.slice(0, at).filter((other) => other.suffix !== suffix || other.path[0] !== path[0]);
    const met = before
      .flatMap((other) => companionTags(tags, other.suffix))
      .find((tag) => made.includes(tag));
    if (met === undefined) return [];
    return [{ path, text: `two of the entry's tags would be ${met}\ngive one of them another name` }];
  });
}

const RUNTIME_FORM = 'write runtimes: [{name: python, base: "python:3.12-slim"}]';

const RUNTIME_FORMS: Readonly<Record<string, string>> = {
  env: 'env must be names with their texts\nwrite env: {MODEL: /model.gguf}',
  entrypoint: 'entrypoint must be a list of texts\nwrite entrypoint: [python, /app/serve.py]',
  cmd: 'cmd must be a list of texts\nwrite cmd: [-m, /model.gguf]',
};

/** What is wrong with a value that is not even of the right kind. */
export function explainRuntimeShape({ path, input }: z.core.$ZodIssue): string {
  const [, , key] = path;
  if (key === undefined) {
    return path.length === 1
      ? `runtimes must be a list of runtimes\n${RUNTIME_FORM}`
      : `a runtime has keys, at least name and base\n${RUNTIME_FORM}`;
  }
  const name = String(key);
  if (input === null) {
    const what = path.length > 3 ? `an item of ${name}` : name;
    return `${what} has no value\nwrite one, or leave it out`;
  }
  return RUNTIME_FORMS[name] ?? `${name} must be one text\nwrite ${name}: value`;
}
