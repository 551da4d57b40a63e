/** The model card, out of a tree that holds nothing of its author's markup (card/tree.ts). */
import type { ModelCard } from '../../images/inspection.ts';
import { fileHref, outsideHref } from '../addresses.ts';
import { parseCard } from '../card/parse.ts';
import type { Block, Inline, Item, Row } from '../card/tree.ts';
import type { CardLinks } from '../card/links.ts';
import type { ImageView } from './view.ts';

/** Characters; the whole of a longer one is a file to download. */
const MAX_LENGTH = 128 * 1024;

export function Card({ model, image, card }: ImageView & { card: ModelCard }) {
  const { path, text, isCut } = card;
  const whole = fileHref(model.name, image.reference, path);
  const blocks = parseCard(text.slice(0, MAX_LENGTH), linksOf(model.name, image));
  return (
    <section id="card" aria-labelledby="model-card">
      <h2 id="model-card">Model card</h2>
      <article class="card">
        <Blocks blocks={blocks} />
      </article>
      {(isCut || text.length > MAX_LENGTH) && (
        <p class="warning">
          The card is longer than this page shows: <a href={whole}>download all of it</a>.
        </p>
      )}
    </section>
  );
}

function linksOf(name: string, { files, reference, annotations }: ImageView['image']): CardLinks {
  const paths = new Set(files.map(({ path }) => path));
  const source = outsideHref(annotations['org.opencontainers.image.source']);
  const revision = annotations['org.opencontainers.image.revision'] ?? 'main';
  return {
    fileHref: (path) => (paths.has(path) ? fileHref(name, reference, path) : undefined),
    sourceHref: (path) =>
      source && `${source.replace(/\/$/, '')}/blob/${encodeURIComponent(revision)}/${encodeURI(path)}`,
  };
}

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return (
    <>
      {blocks.map((block) => (
        <BlockView block={block} />
      ))}
    </>
  );
}

function BlockView({ block }: { block: Block }) {
  if (block.type === 'heading') return <Heading block={block} />;
  if (block.type === 'paragraph')
    return (
      <p>
        <Inlines inlines={block.children} />
      </p>
    );
  if (block.type === 'code')
    return (
      <pre tabindex={0}>
        <code>{block.text}</code>
      </pre>
    );
  if (block.type === 'quote')
    return (
      <blockquote>
        <Blocks blocks={block.children} />
      </blockquote>
    );
  if (block.type === 'list') return <List block={block} />;
  if (block.type === 'table') return <Table block={block} />;
  return <hr />;
}

interface Of<Type extends Block['type']> {
  block: Extract<Block, { type: Type }>;
}

/** Below the page's own headings. */
function Heading({ block: { level, id, children } }: Of<'heading'>) {
  const content = <Inlines inlines={children} />;
  if (level === 1) return <h3 id={id}>{content}</h3>;
  if (level === 2) return <h4 id={id}>{content}</h4>;
  if (level === 3) return <h5 id={id}>{content}</h5>;
  return <h6 id={id}>{content}</h6>;
}

function List({ block: { start, items } }: Of<'list'>) {
  const content = items.map((item) => <ItemView item={item} />);
  return start === undefined ? <ul>{content}</ul> : <ol start={start}>{content}</ol>;
}

function ItemView({ item: { isDone, children } }: { item: Item }) {
  return (
    <li>
      {isDone !== undefined && <span>{isDone ? '☑ ' : '☐ '}</span>}
      <Blocks blocks={children} />
    </li>
  );
}

function Table({ block: { head, rows } }: Of<'table'>) {
  return (
    <div class="wide" tabindex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <Cells row={head} isHead />
        </thead>
        <tbody>
          {rows.map((row) => (
            <Cells row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cells({ row, isHead = false }: { row: Row; isHead?: boolean }) {
  return (
    <tr>
      {row.map((cell) =>
        isHead ? (
          <th scope="col">
            <Inlines inlines={cell} />
          </th>
        ) : (
          <td>
            <Inlines inlines={cell} />
          </td>
        ),
      )}
    </tr>
  );
}

function Inlines({ inlines }: { inlines: readonly Inline[] }) {
  return (
    <>
      {inlines.map((inline) => (
        <InlineView inline={inline} />
      ))}
    </>
  );
}

function InlineView({ inline }: { inline: Inline }) {
  if (inline.type === 'text') return <>{inline.text}</>;
  if (inline.type === 'code') return <code>{inline.text}</code>;
  if (inline.type === 'break') return <br />;
  if (inline.type === 'image') return <img src={inline.src} alt={inline.alt} loading="lazy" />;
  const content = <Inlines inlines={inline.children} />;
  if (inline.type === 'strong') return <strong>{content}</strong>;
  if (inline.type === 'em') return <em>{content}</em>;
  if (inline.type === 'del') return <del>{content}</del>;
  if (!inline.isOutside) return <a href={inline.href}>{content}</a>;
  return (
    <a href={inline.href} rel="nofollow noopener noreferrer">
      {content}
    </a>
  );
}
