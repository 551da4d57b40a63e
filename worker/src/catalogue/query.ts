/**
 * What is asked of the list, in the page's address and the API's alike:
 * `?q=bert&format=safetensors&license=mit&task=fill-mask&size=100MB-1GB&sort=size&order=asc&page=2&n=50`.
 */
import { compareBytes } from '../../../src/oci/compare.ts';
import type { ModelEntry } from './entry.ts';
import { search, wordsOf } from './search.ts';

const SORTS = ['relevance', 'name', 'updated', 'size', 'pulls'] as const;
export type Sort = (typeof SORTS)[number];
export type Order = 'asc' | 'desc';

export interface ListQuery {
  /** Words to search for; empty for all models. */
  q: string;
  /** Of these, a model has to have one; empty for any. */
  formats: readonly string[];
  licenses: readonly string[];
  tasks: readonly string[];
  /** Bytes, both inclusive. */
  minSize?: number;
  maxSize?: number;
  sort: Sort;
  order: Order;
  /** From 1. */
  page: number;
  /** Models of a page. */
  pageSize: number;
}

/** How many of the models that fit have each value, most first. */
export interface Facet {
  value: string;
  count: number;
}

/** A page of the list: `/api/models`. */
export interface ListPage {
  /** How many models fit, of how many. */
  total: number;
  of: number;
  page: number;
  pages: number;
  models: readonly ModelEntry[];
  /** Of all models that the search finds, whatever the filters. */
  facets: { formats: readonly Facet[]; licenses: readonly Facet[]; tasks: readonly Facet[] };
}

export const PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;
const MAX_FACETS = 50;
const UNITS: Record<string, number> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
const NATURAL_ORDER: Record<Sort, Order> = {
  relevance: 'desc',
  name: 'asc',
  updated: 'desc',
  size: 'desc',
  pulls: 'desc',
};

/** @throws RangeError saying which parameter is wrong */
export function parseQuery(parameters: URLSearchParams): ListQuery {
  const q = (parameters.get('q') ?? '').trim().slice(0, 200);
  const sort = oneOf(parameters, 'sort', SORTS) ?? (q === '' ? 'updated' : 'relevance');
  return {
    q,
    formats: valuesOf(parameters, 'format'),
    licenses: valuesOf(parameters, 'license'),
    tasks: valuesOf(parameters, 'task'),
    ...sizesOf(parameters.get('size') ?? ''),
    sort,
    order: oneOf(parameters, 'order', ['asc', 'desc'] as const) ?? NATURAL_ORDER[sort],
    page: numberOf(parameters, 'page', 1, Number.MAX_SAFE_INTEGER),
    pageSize: numberOf(parameters, 'n', PAGE_SIZE, MAX_PAGE_SIZE),
  };
}

/** The same as a query, without what goes without saying; empty for the list as it is first shown. */
export function formatQuery(query: ListQuery): string {
  const parameters = new URLSearchParams();
  if (query.q !== '') parameters.set('q', query.q);
  for (const format of query.formats) parameters.append('format', format);
  for (const license of query.licenses) parameters.append('license', license);
  for (const task of query.tasks) parameters.append('task', task);
  if (query.minSize !== undefined || query.maxSize !== undefined) {
    parameters.set('size', `${query.minSize ?? ''}-${query.maxSize ?? ''}`);
  }
  if (query.sort !== (query.q === '' ? 'updated' : 'relevance')) parameters.set('sort', query.sort);
  if (query.order !== NATURAL_ORDER[query.sort]) parameters.set('order', query.order);
  if (query.page !== 1) parameters.set('page', String(query.page));
  if (query.pageSize !== PAGE_SIZE) parameters.set('n', String(query.pageSize));
  return parameters.toString();
}

/** Pages of a list that were asked for lately, by their queries. */
const known = new WeakMap<readonly ModelEntry[], Map<string, ListPage>>();
const MAX_KNOWN = 100;

/** The page of the list that is asked for; one past the end is empty. */
export function selectModels(models: readonly ModelEntry[], query: ListQuery): ListPage {
  const pages = known.get(models) ?? new Map<string, ListPage>();
  known.set(models, pages);
  const key = formatQuery(query);
  const page = pages.get(key) ?? findPage(models, query);
  if (pages.size === MAX_KNOWN) pages.clear();
  pages.set(key, page);
  return page;
}

function findPage(models: readonly ModelEntry[], query: ListQuery): ListPage {
  const found = search(models, query.q);
  const fitting = found.filter((model) => fits(model, query));
  const inOrder = sorted(fitting, query);
  const from = (query.page - 1) * query.pageSize;
  return {
    total: fitting.length,
    of: models.length,
    page: query.page,
    pages: Math.max(1, Math.ceil(fitting.length / query.pageSize)),
    models: inOrder.slice(from, from + query.pageSize),
    facets: {
      formats: facet(found, ({ formats }) => formats),
      licenses: facet(found, ({ license }) => (license === undefined ? [] : [license])),
      tasks: facet(found, ({ task }) => (task === undefined ? [] : [task])),
    },
  };
}

function fits(model: ModelEntry, { formats, licenses, tasks, minSize, maxSize }: ListQuery): boolean {
  return (
    (formats.length === 0 || model.formats.some((format) => formats.includes(format))) &&
    (licenses.length === 0 || (model.license !== undefined && licenses.includes(model.license))) &&
    (tasks.length === 0 || (model.task !== undefined && tasks.includes(model.task))) &&
    (minSize === undefined || (model.size ?? -1) >= minSize) &&
    (maxSize === undefined || (model.size ?? Infinity) <= maxSize)
  );
}

/** What a model does not say comes last, whatever the order. */
function sorted(models: ModelEntry[], query: ListQuery): ModelEntry[] {
  const turn = query.order === 'asc' ? 1 : -1;
  const by = (value: (model: ModelEntry) => number | undefined) => (a: ModelEntry, b: ModelEntry) => {
    const [x, y] = [value(a), value(b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return turn * (x - y);
  };
  if (query.sort === 'size') return models.toSorted(by(({ size }) => size));
  if (query.sort === 'pulls') return models.toSorted(by(({ pulls }) => pulls));
  if (query.sort === 'updated')
    return models.toSorted((a, b) => turn * compareTimes(a.updatedAt, b.updatedAt));
  if (query.sort === 'name') return models.toSorted((a, b) => turn * compareBytes(a.name, b.name));
  const isRanked = wordsOf(query.q).length > 0;
  return query.order === 'asc' && isRanked ? models.toReversed() : models;
}

/** Times of ISO 8601 in UTC are in the order of their text. */
function compareTimes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function facet(models: readonly ModelEntry[], values: (model: ModelEntry) => readonly string[]): Facet[] {
  const counts = new Map<string, number>();
  for (const model of models)
    for (const value of values(model)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || compareBytes(a.value, b.value))
    .slice(0, MAX_FACETS);
}

/** A form sends a field that nobody filled in as empty. */
function valuesOf(parameters: URLSearchParams, name: string): string[] {
  return [...new Set(parameters.getAll(name).filter((value) => value !== ''))].slice(0, 20);
}

function oneOf<T extends string>(
  parameters: URLSearchParams,
  name: string,
  values: readonly T[],
): T | undefined {
  const text = parameters.get(name) ?? '';
  if (text === '') return undefined;
  const value = values.find((each) => each === text);
  if (value === undefined) throw new RangeError(`${name} is one of ${values.join(', ')}`);
  return value;
}

function numberOf(parameters: URLSearchParams, name: string, otherwise: number, most: number): number {
  const text = parameters.get(name) ?? '';
  if (text === '') return otherwise;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw new RangeError(`${name} is a number from 1 to ${most}`);
  return number;
}

/** `100MB-1GB`, `-1GB`, `10GB-`, `1000-2000`. */
function sizesOf(text: string): { minSize?: number; maxSize?: number } {
  if (text === '') return {};
  const [, min, max] = /^([\d.]*[a-zA-Z]*)-([\d.]*[a-zA-Z]*)$/.exec(text) ?? [];
  if (min === undefined || max === undefined || text === '-') throw wrongSize();
  return {
    ...(min === '' ? {} : { minSize: bytesOf(min) }),
    ...(max === '' ? {} : { maxSize: bytesOf(max) }),
  };
}

function bytesOf(text: string): number {
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  if (number === undefined || factor === undefined) throw wrongSize();
  return Math.round(Number(number) * factor);
}

function wrongSize(): RangeError {
  return new RangeError('size is a range such as 100MB-1GB, -1GB or 10GB- (B, KB, MB, GB, TB)');
}
