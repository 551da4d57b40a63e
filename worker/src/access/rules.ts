/**
 * Which GitHub workflows may do what. A rule names a repository by its id, which stays when others take over its name;
 * never by `sub`, whose form differs between repositories.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
import { SettingsError } from '../settings.ts';
import type { Grant } from './actions.ts';
import { fieldsOf, grantOf, listSetting, patternsOf, textsOf, type Field } from './json-setting.ts';
import { matchesPattern } from './patterns.ts';

/** Claims of a token: each has to fit one of the values. */
type Conditions = Record<string, readonly string[]>;

export interface Rule {
  conditions: Conditions;
  grant: Grant;
}

/**
 * Others can run a stranger's code under a trusted ref (`pull_request_target`, `workflow_run`, `issue_comment`): a rule
 * has to name them.
 */
const USUAL_EVENTS = ['push', 'schedule', 'workflow_dispatch'];

/** Claims whose values are patterns; the others are compared as they are. */
const PATTERNS = ['ref', 'workflow_ref', 'job_workflow_ref'] as const;
const KEYS = ['repository_id', 'event_name', 'environment', ...PATTERNS, 'names', 'actions'] as const;

/**
 * @param value the setting ACCESS_RULES: `[{"repository_id", "names", "actions", "ref"?, "event_name"?, …}]`
 * @throws SettingsError
 */
export function parseRules(value: unknown): Rule[] {
  return listSetting('ACCESS_RULES', value).map((item) => {
    const fields = fieldsOf(item, KEYS);
    const conditions: Conditions = {
      repository_id: [repositoryIdOf(fields.repository_id)],
      event_name: fields.event_name.value === undefined ? USUAL_EVENTS : textsOf(fields.event_name),
    };
    if (fields.environment.value !== undefined) conditions['environment'] = textsOf(fields.environment);
    for (const claim of PATTERNS) {
      if (fields[claim].value !== undefined) conditions[claim] = patternsOf(fields[claim]);
    }
    return { conditions, grant: grantOf(fields) };
  });
}

/** @param claims of a token that was verified */
export function grantsFor(rules: readonly Rule[], claims: Readonly<Record<string, unknown>>): Grant[] {
  return rules.filter((rule) => fits(rule, claims)).map(({ grant }) => grant);
}

function fits({ conditions }: Rule, claims: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(conditions).every(([name, values]) => {
    const claim = claims[name];
    if (typeof claim !== 'string') return false;
    const isOf = (PATTERNS as readonly string[]).includes(name) ? matchesPattern : equals;
    return values.some((value) => isOf(value, claim));
  });
}

function equals(a: string, b: string): boolean {
  return a === b;
}

function repositoryIdOf({ at, value }: Field): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && /^\d{1,20}$/.test(text)) return text;
  throw new SettingsError(`${at} is not a number: "gh api repos/OWNER/NAME --jq .id" tells it`);
}
