/** What every page has around it. */
import type { Child } from 'hono/jsx';
import { LOGO, SCRIPT, STYLESHEET } from './addresses.ts';

export interface Frame {
  /** Whose registry it is. */
  owner: string;
  /** host[:port], as clients name the registry. */
  host: string;
  notice?: string;
  /** Of the stylesheet and the script: their addresses change with their content. */
  version: string;
}

export function Layout({ frame, title, children }: { frame: Frame; title?: string; children: Child }) {
  const { owner, version, notice } = frame;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title === undefined ? owner : `${title} · ${owner}`}</title>
        <link rel="icon" href={LOGO} />
        <link rel="stylesheet" href={`${STYLESHEET}?${version}`} />
        <script type="module" src={`${SCRIPT}?${version}`}></script>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        {notice !== undefined && (
          <aside class="notice" aria-label="Notice">
            {notice}
          </aside>
        )}
        <Header frame={frame} />
        <main id="main">{children}</main>
        <Footer frame={frame} />
      </body>
    </html>
  );
}

function Header({ frame: { owner } }: { frame: Frame }) {
  return (
    <header class="site">
      <a class="owner" href="/">
        <img src={LOGO} alt="" width="28" height="28" />
        <span>{owner}</span>
      </a>
      <nav aria-label="Site">
        <a href="/">Models</a>
        <a href="/api/models">API</a>
      </nav>
    </header>
  );
}

function Footer({ frame: { host } }: { frame: Frame }) {
  return (
    <footer class="site">
      <p>
        Container images at <code>{host}</code>: any client of containers pulls them.
      </p>
      <p>
        Served by <a href="https://github.com/depot/ai-action">ai-action</a>.
      </p>
    </footer>
  );
}
