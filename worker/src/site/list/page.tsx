/** `/`: what this is, the line to copy, and the list of models. */
import type { ModelEntry } from '../../catalogue/entry.ts';
import { formatQuery, type ListPage, type ListQuery } from '../../catalogue/query.ts';
import { Copyable } from '../copyable.tsx';
import { Layout, type Frame } from '../layout.tsx';
import { copyInto } from '../model/snippets.ts';
import { SearchForm } from './form.tsx';
import { Models } from './models.tsx';

interface Props {
  frame: Frame;
  query: ListQuery;
  page: ListPage;
  /** There is no list yet. */
  isCompiling: boolean;
  /** Milliseconds since the epoch. */
  now: number;
}

export function ListPageView({ frame, query, page, isCompiling, now }: Props) {
  if (isCompiling) return <CompilingPage frame={frame} />;
  if (page.of === 0) return <EmptyPage frame={frame} />;
  const isFirst = formatQuery(query) === '';
  return (
    <Layout frame={frame} {...(isFirst ? {} : { title: query.q === '' ? 'Models' : `“${query.q}”` })}>
      {isFirst && <Lede frame={frame} models={page.models} />}
      <section aria-labelledby="models">
        {isFirst ? (
          <h2 id="models" class="hidden">
            Models
          </h2>
        ) : (
          <h1 id="models">Models</h1>
        )}
        <SearchForm query={query} page={page} />
        <div id="results" data-live>
          {page.models.length === 0 ? (
            <Nothing query={query} page={page} />
          ) : (
            <Models models={page.models} now={now} />
          )}
          <Pages query={query} page={page} />
        </div>
      </section>
    </Layout>
  );
}

function Lede({ frame, models }: { frame: Frame; models: readonly ModelEntry[] }) {
  return (
    <section class="lede" aria-labelledby="what">
      <h1 id="what">Models you copy like files.</h1>
      <p>
        Every model of {frame.owner} is a container image with its files in layers of their own. A line of a
        Dockerfile takes one file, or all of them.
      </p>
      <Copyable id="example" label="Example for a Dockerfile" text={exampleFrom(frame.host, models)} />
    </section>
  );
}

/** A model that is there, so that the line works as it stands: an artifact cannot be copied from. */
function exampleFrom(host: string, models: readonly ModelEntry[]): string {
  const model = models.find(
    ({ tag, kind }) => tag !== undefined && (kind === undefined || kind === 'container'),
  );
  return copyInto({ host, name: model?.name ?? 'owner/model', reference: model?.tag ?? 'latest' });
}

function Nothing({ query, page }: { query: ListQuery; page: ListPage }) {
  const isPast = page.total > 0;
  return (
    <p class="nothing">
      {isPast ? `There is no page ${query.page}.` : 'No model fits this search.'}{' '}
      <a href={isPast ? hrefOf({ ...query, page: 1 }) : '/'}>
        {isPast ? 'To the first page' : 'Show all models'}
      </a>
    </p>
  );
}

function Pages({ query, page: { page, pages } }: { query: ListQuery; page: ListPage }) {
  if (pages === 1) return <></>;
  return (
    <nav class="pages" aria-label="Pages">
      {page > 1 && page <= pages && (
        <a rel="prev" href={hrefOf({ ...query, page: page - 1 })}>
          Previous
        </a>
      )}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages && (
        <a rel="next" href={hrefOf({ ...query, page: page + 1 })}>
          Next
        </a>
      )}
    </nav>
  );
}

function hrefOf(query: ListQuery): string {
  const text = formatQuery(query);
  return text === '' ? '/' : `/?${text}`;
}

function CompilingPage({ frame }: { frame: Frame }) {
  return (
    <Layout frame={frame}>
      <section class="lede" aria-labelledby="what">
        <h1 id="what">The list is being made.</h1>
        <p>
          This registry is looking through its models for the first time. <a href="/">Look again</a> in a few
          seconds; pulls work meanwhile.
        </p>
      </section>
    </Layout>
  );
}

function EmptyPage({ frame }: { frame: Frame }) {
  const publish = `npx github:depot/ai-action publish --models models.yaml --registry ${frame.host}`;
  return (
    <Layout frame={frame}>
      <section class="lede" aria-labelledby="what">
        <h1 id="what">No models here yet.</h1>
        <p>
          This registry is running and empty. Write a list of models, and publish it here; each one appears on
          this page when its tag is there.
        </p>
        <Copyable
          id="list"
          label="A list of models"
          text={
            '# models.yaml\nmodels:\n  - name: sentence-transformers/all-MiniLM-L6-v2\n    sha: c9745ed1d9f207416be6d2e6f8de32d1f16199bf\n    tag: latest'
          }
        />
        <Copyable id="publish" label="The command that publishes it" text={publish} />
      </section>
    </Layout>
  );
}
