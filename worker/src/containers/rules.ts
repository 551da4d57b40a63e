/** The operator's rules by which containers are made of the ModelKits and ModelPack artifacts that get here. */
import { ArtifactError } from '../../../src/artifacts/artifact-error.ts';
import { parseChoice, type Choice } from '../../../src/artifacts/choose.ts';
import type { ContainerSettings } from '../../../src/containers/settings.ts';
import { isDigest } from '../../../src/oci/digest.ts';
import { isRepository, isTag } from '../../../src/oci/reference.ts';
import { fieldsOf, listSetting, patternsOf, textOf, textsOf, type Field } from '../access/json-setting.ts';
import { matchesPattern } from '../access/patterns.ts';
import { SettingsError, type Settings } from '../settings.ts';

/** An image of this registry, by tag or digest. */
export interface BaseReference {
  repository: string;
  reference: string;
}

export interface ContainerRule {
  /** Patterns of the artifacts' repositories. */
  names: readonly string[];
  base: BaseReference;
  /** The container of the tag `v1` gets the tag `v1-SUFFIX`. */
  suffix: string;
  /** Which parts of an artifact get into its container; empty: all. */
  choices: readonly Choice[];
  /** As in linux/arm64; undefined: each that the base has. */
  platforms?: readonly string[];
  settings: ContainerSettings;
}

const SUFFIX = 'container';
const KEYS = [
  'names',
  'base',
  'suffix',
  'with',
  'platforms',
  'workdir',
  'env',
  'entrypoint',
  'cmd',
  'labels',
] as const;

const parsed = new WeakMap<Settings, readonly ContainerRule[]>();

/** The operator's rules, read once. @throws SettingsError */
export function containerRulesOf(settings: Settings): readonly ContainerRule[] {
  const known = parsed.get(settings);
  if (known !== undefined) return known;
  const rules = parseContainerRules(settings.CONTAINERS);
  parsed.set(settings, rules);
  return rules;
}

/**
 * @param value the setting CONTAINERS: `[{"names", "base", "suffix"?, "with"?, "platforms"?, "workdir"?, …}]`
 * @throws SettingsError
 */
export function parseContainerRules(value: unknown): ContainerRule[] {
  const rules = listSetting('CONTAINERS', value).map((item) => {
    const fields = fieldsOf(item, KEYS);
    const platforms = optional(fields.platforms, textsOf);
    return {
      names: patternsOf(fields.names),
      base: baseOf(fields.base),
      suffix: optional(fields.suffix, suffixOf) ?? SUFFIX,
      choices: optional(fields.with, choicesOf) ?? [],
      ...(platforms === undefined ? {} : { platforms }),
      settings: settingsOf(fields),
    };
  });
  checkSuffixes(rules);
  return rules;
}

/** The rules for a repository: of those with one suffix, the first whose names match holds. */
export function rulesFor(rules: readonly ContainerRule[], repository: string): ContainerRule[] {
  const bySuffix = new Map<string, ContainerRule>();
  for (const rule of rules) {
    if (bySuffix.has(rule.suffix)) continue;
    if (rule.names.some((pattern) => matchesPattern(pattern, repository))) bySuffix.set(rule.suffix, rule);
  }
  return [...bySuffix.values()];
}

/** With "gpu" and "x-gpu", the tag `a-x-gpu` would be the container of two tags. */
function checkSuffixes(rules: readonly ContainerRule[]): void {
  const suffixes = [...new Set(rules.map(({ suffix }) => suffix))];
  for (const [index, { suffix }] of rules.entries()) {
    const other = suffixes.find((one) => suffix.endsWith(`-${one}`));
    if (other === undefined) continue;
    throw new SettingsError(
      `CONTAINERS[${index}].suffix is "${suffix}", and another rule's is "${other}": two tags could get one container's tag`,
    );
  }
}

function optional<T>(field: Field, read: (field: Field) => T): T | undefined {
  return field.value === undefined ? undefined : read(field);
}

function suffixOf(field: Field): string {
  const suffix = textOf(field);
  if (isTag(suffix) && suffix.length <= 64) return suffix;
  throw new SettingsError(`${field.at} cannot be the end of a tag, or has more than 64 characters`);
}

/** `repository`, `repository:tag` or `repository@digest`. */
function baseOf(field: Field): BaseReference {
  const text = textOf(field);
  const [, repository = '', separator, reference = 'latest'] = /^([^:@]*)(?:([:@])(.*))?$/.exec(text) ?? [];
  const isValid = separator === '@' ? isDigest(reference) : isTag(reference);
  if (isRepository(repository) && isValid) return { repository, reference };
  throw new SettingsError(
    `${field.at} names no image of this registry, as in library/debian:bookworm: import it, or push it, and name it without a host`,
  );
}

function choicesOf(field: Field): Choice[] {
  try {
    return textsOf(field).map(parseChoice);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new SettingsError(`${field.at}: ${error.message} ${error.hint}`);
  }
}

function settingsOf(fields: Record<(typeof KEYS)[number], Field>): ContainerSettings {
  const workdir = optional(fields.workdir, directoryOf);
  const env = optional(fields.env, variablesOf);
  const entrypoint = optional(fields.entrypoint, wordsOf);
  const cmd = optional(fields.cmd, wordsOf);
  const labels = optional(fields.labels, recordOf);
  return {
    ...(workdir === undefined ? {} : { workdir }),
    ...(env === undefined ? {} : { env }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(cmd === undefined ? {} : { cmd }),
    ...(labels === undefined ? {} : { labels }),
  };
}

/** Arguments; one may be empty, and an empty list takes away the base's. */
function wordsOf({ at, value }: Field): string[] {
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
  throw new SettingsError(`${at} is not a list of texts`);
}

function directoryOf(field: Field): string {
  const path = textOf(field);
  if (path.startsWith('/')) return path;
  throw new SettingsError(`${field.at} does not begin with a slash`);
}

function variablesOf(field: Field): Record<string, string> {
  const variables = recordOf(field);
  if (Object.keys(variables).every((name) => /^[^=]+$/.test(name))) return variables;
  throw new SettingsError(`${field.at} has a variable whose name is empty or holds "="`);
}

function recordOf({ at, value }: Field): Record<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
      return Object.fromEntries(entries);
    }
  }
  throw new SettingsError(`${at} is not an object of texts`);
}
