/** What the pages say when there is nothing to show. */
import type { ModelEntry } from '../catalogue/entry.ts';
import { Layout, type Frame } from './layout.tsx';
import { Models } from './list/models.tsx';
import { shorten } from './format.ts';

export interface Trouble {
  status: number;
  /** What is wrong, in a sentence. */
  message: string;
  /** Of the request, as the log has it. */
  id?: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'That cannot be read.',
  401: 'This registry is private.',
  403: 'That is not yours to see.',
  404: 'There is no such page.',
  421: 'This is another registry.',
};

export function ErrorPage({ frame, trouble: { status, message, id } }: { frame: Frame; trouble: Trouble }) {
  const title = TITLES[status] ?? 'Something went wrong here.';
  return (
    <Layout frame={frame} title={title}>
      <section class="lede" aria-labelledby="what">
        <h1 id="what">{title}</h1>
        <p>{sentence(shorten(message, 400))}</p>
        {status === 401 && <p>Sign in with any user name and a token of this registry as the password.</p>}
        {status >= 500 && id !== undefined && (
          <p>
            Try again; if it stays, tell the registry’s operator the request: <code>{shorten(id)}</code>
          </p>
        )}
        <p>
          <a href="/">To all models</a>
        </p>
      </section>
    </Layout>
  );
}

interface UnknownProps {
  frame: Frame;
  name: string;
  /** Models of names that are like it. */
  similar: readonly ModelEntry[];
  /** Milliseconds since the epoch. */
  now: number;
}

export function UnknownModelPage({ frame, name, similar, now }: UnknownProps) {
  return (
    <Layout frame={frame} title="Unknown model">
      <section class="lede" aria-labelledby="what">
        <h1 id="what">There is no model of this name.</h1>
        <p>
          This registry has no <code>{shorten(name, 200)}</code>. It may have been deleted, or be called
          otherwise: names are in lower case.
        </p>
        <form role="search" method="get" action="/" class="search">
          <div class="field">
            <label for="q" class="hidden">
              Search models
            </label>
            <input
              id="q"
              name="q"
              type="search"
              value={shorten(name.split('/').at(-1) ?? '', 100)}
              autocomplete="off"
            />
            <button type="submit">Search</button>
          </div>
        </form>
      </section>
      {similar.length > 0 && (
        <section aria-labelledby="similar">
          <h2 id="similar">Names like it</h2>
          <Models models={similar} now={now} />
        </section>
      )}
    </Layout>
  );
}

/** As errors of the registry are written: without a capital and a full stop. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
