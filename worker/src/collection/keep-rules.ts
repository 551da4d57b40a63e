/** Which images are kept although no tag names them. */
import { fieldsOf, listSetting, patternsOf, type Field } from '../access/json-setting.ts';
import { matchesPattern } from '../access/patterns.ts';
import { SettingsError } from '../settings.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** An untagged manifest is kept while it is younger than `days`, or among the `count` youngest. */
export interface KeepRule {
  /** Patterns of repository names. */
  names: readonly string[];
  days: number;
  count: number;
}

/**
 * @param value the setting KEEP_UNTAGGED: `[{"names", "days"?, "count"?}]`
 * @throws SettingsError
 */
export function parseKeepRules(value: unknown): KeepRule[] {
  return listSetting('KEEP_UNTAGGED', value).map((item) => {
    const { names, days, count } = fieldsOf(item, ['names', 'days', 'count']);
    if (days.value === undefined && count.value === undefined) {
      throw new SettingsError(`${item.at} has neither "days" nor "count"`);
    }
    return { names: patternsOf(names), days: numberOf(days), count: numberOf(count) };
  });
}

/** The first rule whose names match holds; where none does, everything is kept. */
export function ruleFor(rules: readonly KeepRule[], repository: string): KeepRule | undefined {
  return rules.find(({ names }) => names.some((pattern) => matchesPattern(pattern, repository)));
}

/** @param rank 0 for the youngest of the repository's untagged manifests. @param age milliseconds */
export function isKept(rule: KeepRule | undefined, { rank, age }: { rank: number; age: number }): boolean {
  return rule === undefined || rank < rule.count || age < rule.days * DAY_MS;
}

function numberOf({ at, value = 0 }: Field): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new SettingsError(`${at} is not a number`);
}
