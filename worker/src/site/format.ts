/** Numbers and times as the pages show them. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Decimal units, three digits: 90868376 → `90.9 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : short(value)} ${UNITS[unit]}`;
}

/** 22713728 → `22.7 M`, 7241732096 → `7.24 B`: as the parameters of models are counted. */
export function formatCount(number: number): string {
  const [size, unit] = (
    [
      [1e12, ' T'],
      [1e9, ' B'],
      [1e6, ' M'],
      [1e3, ' k'],
    ] as const
  ).find(([least]) => number >= least * 0.9995) ?? [1, ''];
  return unit === '' ? String(number) : short(number / size) + unit;
}

/** 1234567 → `1,234,567`. */
export function formatNumber(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 file`, `1,204 files`. */
export function count(number: number, noun: string): string {
  return `${formatNumber(number)} ${noun}${number === 1 ? '' : 's'}`;
}

const DAY = 86_400;
const AGES = [
  [365 * DAY, 'year'],
  [30 * DAY, 'month'],
  [7 * DAY, 'week'],
  [DAY, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
] as const;

/**
 * `3 weeks ago`.
 * @param time as in ISO 8601
 * @param now milliseconds since the epoch
 */
export function formatAge(time: string, now: number): string {
  const seconds = (now - Date.parse(time)) / 1000;
  const [unit, name] = AGES.find(([least]) => seconds >= least) ?? [];
  return unit === undefined ? 'just now' : `${count(Math.floor(seconds / unit), name ?? '')} ago`;
}

/** The first digits of a revision or digest: enough to tell it by. */
export function shortDigest(digest: string): string {
  const [algorithm, hex] = digest.includes(':') ? digest.split(':') : ['', digest];
  return `${algorithm ? `${algorithm}:` : ''}${hex?.slice(0, 12)}`;
}

/** Text from anybody, cut to a length at which the page stays one. */
export function shorten(text: string, length = 120): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function short(value: number): string {
  return value >= 99.95 ? String(Math.round(value)) : value.toPrecision(value >= 9.995 ? 3 : 2);
}
