/** Search, filters and order: a form that works by itself, and as one types where there is script. */
import type { Facet, ListPage, ListQuery } from '../../catalogue/query.ts';
import { PAGE_SIZE } from '../../catalogue/query.ts';
import { formatNumber, shorten } from '../format.ts';
import { ModelCount } from './models.tsx';

/** As the query writes them (catalogue/query.ts). */
const SIZES = [
  ['-100MB', 'up to 100 MB'],
  ['100MB-1GB', '100 MB to 1 GB'],
  ['1GB-10GB', '1 GB to 10 GB'],
  ['10GB-100GB', '10 GB to 100 GB'],
  ['100GB-', 'over 100 GB'],
] as const;

const ORDERS = [
  ['updated', 'Newest'],
  ['name', 'Name'],
  ['size', 'Largest'],
  ['pulls', 'Most pulled'],
] as const;

export function SearchForm({ query, page }: { query: ListQuery; page: ListPage }) {
  const { formats, licenses, tasks } = page.facets;
  return (
    <form role="search" method="get" action="/" class="search" data-live-form>
      <div class="field">
        <label for="q" class="hidden">
          Search models
        </label>
        <input
          id="q"
          name="q"
          type="search"
          value={query.q}
          placeholder="Search models"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          aria-keyshortcuts="/"
          aria-controls="results"
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <div class="filters">
        <FacetFilter name="format" label="Format" facets={formats} chosen={query.formats} />
        <FacetFilter name="license" label="Licence" facets={licenses} chosen={query.licenses} />
        <FacetFilter name="task" label="Task" facets={tasks} chosen={query.tasks} />
        <Choice name="size" label="Size" all="Any" options={SIZES} chosen={sizeOf(query)} />
        <Choice
          name="sort"
          label="Sort by"
          all="Best match"
          options={ordersFor(page)}
          chosen={sortOf(query)}
        />
        {query.pageSize !== PAGE_SIZE && <input type="hidden" name="n" value={String(query.pageSize)} />}
        <button type="submit">Search</button>
        <p id="count" role="status" data-live>
          <ModelCount total={page.total} of={page.of} />
        </p>
      </div>
    </form>
  );
}

/** Pulls where they are counted. */
function ordersFor({ models }: ListPage): (typeof ORDERS)[number][] {
  const isCounted = models.some(({ pulls }) => pulls !== undefined);
  return ORDERS.filter(([sort]) => sort !== 'pulls' || isCounted);
}

/** Empty for what fits best, which is the newest where nothing is searched for. */
function sortOf({ q, sort }: ListQuery): string {
  return sort === (q === '' ? 'updated' : 'relevance') ? '' : sort;
}

function sizeOf({ minSize, maxSize }: ListQuery): string {
  return minSize === undefined && maxSize === undefined ? '' : `${asSize(minSize)}-${asSize(maxSize)}`;
}

function asSize(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  if (bytes > 0 && bytes % 1e9 === 0) return `${bytes / 1e9}GB`;
  return bytes > 0 && bytes % 1e6 === 0 ? `${bytes / 1e6}MB` : String(bytes);
}

interface FacetProps {
  name: string;
  label: string;
  facets: readonly Facet[];
  chosen: readonly string[];
}

function FacetFilter({ name, label, facets, chosen }: FacetProps) {
  const options = facets.map(
    ({ value, count }) => [value, `${shorten(value, 40)} (${formatNumber(count)})`] as const,
  );
  return <Choice name={name} label={label} all="Any" options={options} chosen={chosen[0] ?? ''} />;
}

interface ChoiceProps {
  name: string;
  label: string;
  /** What the empty value is called, where there is one. */
  all?: string;
  options: readonly (readonly [value: string, text: string])[];
  chosen: string;
}

function Choice({ name, label, all, options, chosen }: ChoiceProps) {
  const isListed = chosen === '' || options.some(([value]) => value === chosen);
  return (
    <label class="choice">
      <span>{label}</span>
      <select name={name} id={`choose-${name}`} data-live>
        {all !== undefined && <option value="">{all}</option>}
        {!isListed && (
          <option value={chosen} selected>
            {shorten(chosen, 40)}
          </option>
        )}
        {options.map(([value, text]) => (
          <option value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
