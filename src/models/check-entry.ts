/** The mistakes of one entry of a list. */
import { isMap } from 'yaml';
import type * as z from 'zod';
import { keyAt, keyText, type ListDocument, nodeAt } from './document.ts';
import { companionTags } from './entry.ts';
import { explainRuntimeShape, runtimeMistakes, suffixesIn, suffixMistakes } from './check-runtimes.ts';
import { RUNTIME_KEYS } from './runtime-schema.ts';
import { isReserved, RESERVED } from '../oci/reserved.ts';
import { nearest } from './nearest.ts';
import { imageOf, tagsOf } from './normalise.ts';
import type { Problem } from './problem.ts';
import { ENTRY_KEYS, EntrySchema, keyMistakes, type ListedEntry, type Mistake } from './schema.ts';

export interface CheckedEntry {
  problems: readonly Problem[];
  /** The entry, where its values hold to their grammars. */
  listed?: ListedEntry;
  /** What it is called, where that much of it is right. */
  named?: {
    name: string;
    image: string;
    tags: readonly string[];
    node: unknown;
    /** Of what is published beside the image. */
    companions: readonly { tags: readonly string[]; node: unknown }[];
  };
}

export function checkEntry(document: ListDocument, node: unknown): CheckedEntry {
  const map = document.resolve(node);
  if (!isMap(map)) return { problems: [document.problemAt(node, explainNotMapping(document.plain(node)))] };
  // Where an alias stands for the whole entry, its mistakes are shown at the alias.
  const place = map === node ? map : undefined;
  const keys = map.items.map(({ key }) => keyText(document.resolve(key)));
  const plain = document.plain(node);
  const parsed = EntrySchema.safeParse(plain, { reportInput: true });
  const mistakes = parsed.success ? [] : parsed.error.issues.flatMap(mistakesOf);
  mistakes.push(
    ...keyMistakes((key) => keys.includes(key)),
    ...missingKeys(keys),
    ...runtimeMistakes(Object(plain)),
  );
  const listed = parsed.data ?? (plain as ListedEntry);
  const nameIsRight = keys.includes('name') && !mistakes.some(leavesItUnnamed);
  if (nameIsRight) mistakes.push(...imageMistakes(listed), ...suffixMistakes(listed));
  const problems = [
    ...mistakes.map((mistake) => problemOf(document, place ?? node, mistake)),
    ...doubledKeys(document, place, keys),
    ...innerMaps(plain).flatMap((path) => doubledInner(document, place, path)),
  ];
  const image = nameIsRight ? imageOf(listed) : undefined;
  return {
    problems,
    ...(parsed.success ? { listed: parsed.data } : {}),
    ...(image === undefined ? {} : { named: nameOf(listed, image, (path) => nodeAt(place ?? node, path)) }),
  };
}

function nameOf(
  listed: ListedEntry,
  image: string,
  nodeOf: (path: Mistake['path']) => unknown,
): NonNullable<CheckedEntry['named']> {
  const tags = [...new Set(tagsOf(listed))];
  const companions = suffixesIn(listed).map(({ suffix, path }) => ({
    tags: companionTags(tags, suffix),
    node: nodeOf(path),
  }));
  return { name: listed.name, image, tags, node: nodeOf(['name']), companions };
}

/** Where an entry has mappings within it. */
function innerMaps(plain: unknown): Mistake['path'][] {
  const { runtimes } = plain as { runtimes?: unknown };
  const numbers = Array.isArray(runtimes) ? [...runtimes.keys()] : [];
  return [
    ['variants'],
    ['labels'],
    ...numbers.flatMap((at): Mistake['path'][] => [
      ['runtimes', at],
      ['runtimes', at, 'env'],
    ]),
  ];
}

/** An image with a tag that is there twice is called as with the tag once. */
function leavesItUnnamed({ path, text }: Mistake): boolean {
  return NAMING.has(String(path[0])) && !text.includes('is there twice');
}

const NAMING = new Set(['name', 'image', 'tag', 'tagAs', 'variants']);

function explainNotMapping(plain: unknown): string {
  const name = typeof plain === 'string' ? plain : 'owner/model';
  return (
    'an entry has keys, at least name and sha\n' +
    `write - name: ${name}\n        sha: and the 40 digits of the commit`
  );
}

function mistakesOf(issue: z.core.$ZodIssue): Mistake[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    const [what, known] = path[0] === 'runtimes' ? ['a runtime', RUNTIME_KEYS] : ['an entry', ENTRY_KEYS];
    return issue.keys.map((key) => ({ path: [...path, key], text: explainUnknownKey(key, what, known) }));
  }
  if (issue.code === 'invalid_key') return [{ path, text: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === 'invalid_type' && issue.input === undefined) return [];
  if (issue.code === 'invalid_union' && Array.isArray(issue.input)) return mistakesOfItems(issue);
  if (issue.code !== 'invalid_type' && issue.code !== 'invalid_union') return [{ path, text: issue.message }];
  return [{ path, text: explainShape(issue) }];
}

/** What is wrong with a value that is a list is wrong with its items: that a text would do too is no help. */
function mistakesOfItems({ path, errors }: z.core.$ZodIssueInvalidUnion): Mistake[] {
  const ofItems = errors.find((issues) => issues.every((issue) => issue.path.length > 0)) ?? [];
  return ofItems.flatMap((issue) => mistakesOf({ ...issue, path: [...path, ...issue.path] }));
}

function explainUnknownKey(key: string, what: string, keys: readonly string[]): string {
  if (key === '') return 'a key must be a text\nwrite key: value';
  if (key === '<<') return "YAML's merge key is not read\nwrite the keys out, or use an alias for one value";
  const meant = nearest(key, keys);
  const known = `the keys of ${what} are ${keys.join(', ')}`;
  return `"${key}" is not a key of ${what}\n${meant === undefined ? known : `did you mean ${meant}?`}`;
}

/** A key that is only mistyped is not missed too. */
function missingKeys(keys: readonly string[]): Mistake[] {
  const meant = new Set(keys.map((key) => (ENTRY_KEYS.includes(key) ? key : nearest(key, ENTRY_KEYS))));
  const missing: Mistake[] = [];
  if (!meant.has('name')) {
    const text = 'the name is missing\nwrite name: and the name that the Hub shows: owner/model, or model';
    missing.push({ path: [], text });
  }
  if (!meant.has('sha') && !meant.has('source')) {
    const text =
      'the sha is missing\nwrite sha: and the 40 digits of the commit, as the Hub\'s "Files" page shows it; ' +
      'for a folder of your own write source:';
    missing.push({ path: [], text });
  }
  return missing;
}

/** How the values are written that are no texts. */
const FORMS: Readonly<Record<string, string>> = {
  variants: 'variants must be tags with their globs\nwrite variants: {q4_k_m: "*Q4_K_M*.gguf"}',
  labels: 'labels must be names with their texts\nwrite labels: {com.example.team: search}',
  cmd: 'cmd must be a list of texts\nwrite cmd: [-c, 8192]',
};

function explainShape(issue: z.core.$ZodIssue): string {
  const key = String(issue.path[0] ?? 'entry');
  if (key === 'runtimes') return explainRuntimeShape(issue);
  const form = FORMS[key];
  if (form !== undefined) {
    if (issue.path.length === 1 && issue.input !== null) return form;
    if (issue.path.length > 1) {
      const where = key === 'cmd' ? 'an item of cmd' : `"${String(issue.path[1])}" of ${key}`;
      const what = key === 'variants' ? 'a glob or a list of globs' : 'one text';
      return issue.input === null
        ? `${where} has no value\nwrite one, or remove it`
        : `${where} must be ${what}\n${form.slice(form.indexOf('\n') + 1)}`;
    }
  }
  if (issue.path.length > 1) {
    return issue.input === null
      ? `an item of ${key} has no value\nwrite one, or remove it`
      : `an item of ${key} must be one text\nwrite ${key}: [value, value]`;
  }
  if (issue.input === null) return `${key} has no value\nwrite one, or leave the key out`;
  return issue.code === 'invalid_union'
    ? `${key} must be a text or a list of texts\nwrite ${key}: value, or ${key}: [value, value]`
    : `${key} must be one text\nwrite ${key}: value`;
}

function imageMistakes(listed: ListedEntry): Mistake[] {
  const image = imageOf(listed);
  const key = listed.image === undefined ? 'name' : 'image';
  if (image === undefined) {
    const text = `nothing of "${listed.name}" can be an image's name\nadd image: and a name`;
    return [{ path: ['name'], text }];
  }
  if (!isReserved(image)) return [];
  return [
    {
      path: [key],
      text:
        `no image's name can begin with "${image.split('/', 1)[0]}": the registry needs ${RESERVED.join(', ')} itself\n` +
        (key === 'name' ? `add image: and another name, as in models/${image}` : 'write another name'),
    },
  ];
}

function problemOf(document: ListDocument, node: unknown, { path, text }: Mistake): Problem {
  const key = path.at(-1);
  const atKey = text.includes('is not a key') || text.startsWith('a key') || text.startsWith('YAML');
  const found = atKey ? keyAt(nodeAt(node, path.slice(0, -1)), String(key)) : nodeAt(node, path);
  return document.problemAt(found, text);
}

function doubledKeys(document: ListDocument, map: unknown, keys: readonly string[]): Problem[] {
  if (!isMap(map)) return [];
  const seen = new Set<string>();
  return map.items.flatMap(({ key }, at) => {
    const name = keys[at] ?? '';
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [document.problemAt(key, `the key ${name} is there twice in this entry\nremove one of them`)];
  });
}

/** Of a mapping within an entry. */
function doubledInner(document: ListDocument, map: unknown, path: Mistake['path']): Problem[] {
  if (!isMap(map)) return [];
  const inner = document.resolve(nodeAt(map, path));
  if (inner === document.resolve(nodeAt(map, path.slice(0, -1))) || !isMap(inner)) return [];
  return doubledKeys(
    document,
    inner,
    inner.items.map((item) => keyText(document.resolve(item.key))),
  );
}
