/**
 * Reads a model card's Markdown into the tree that a page shows. Its author may be anybody: of what marked finds, only
 * what is listed here gets into the tree, and what would take long to read stays plain text.
 */
import { Lexer, type Token, type Tokens } from 'marked';
import { decodeEntities, readHtml } from './html.ts';
import { headingId, resolveLink, type CardLinks } from './links.ts';
import type { Block, Inline, Item, Row } from './tree.ts';

/** Characters of a paragraph in which emphasis and links are looked for: it can take the square of them. */
const MAX_PARAGRAPH = 4000;
/** Characters of a line in which lists and quotes are looked for, and how deep they go. */
const MAX_LINE = 20_000;
const MAX_INDENT = 40;
const MAX_DEPTH = 24;

/** What the registry serves as pictures (routes/files.ts): an SVG can hold scripts. */
const IMAGE = /\.(?:png|jpe?g|gif|webp|avif)$/i;

const NESTED = new RegExp(`^(?:[ \\t]*(?:>|[-*+][ \\t]|\\d{1,9}[.)][ \\t])){${MAX_DEPTH},}`);
const INDENTED = new RegExp(`^[ \\t]{${MAX_INDENT},}`);

export function parseCard(markdown: string, links: CardLinks): Block[] {
  const lexer = new Lexer({ gfm: true });
  const tokens: Token[] = [];
  try {
    lexer.blockTokens(
      markdown
        .split(/\r\n?|\n/)
        .map(tame)
        .join('\n'),
      tokens,
    );
    // What `lex` does next, for paragraphs of any length.
    for (const { src, tokens: inline } of lexer.inlineQueue) {
      if (src.length <= MAX_PARAGRAPH) lexer.inlineTokens(src, inline);
      else inline.push({ type: 'text', raw: src, text: src });
    }
  } catch (error) {
    console.warn(error); // marked gives up on some texts
    return [{ type: 'code', text: markdown }];
  }
  return new Reader(links).blocks(tokens, 0);
}

function tame(line: string): string {
  const text = line.replace(INDENTED, ' '.repeat(MAX_INDENT));
  return text.length > MAX_LINE || NESTED.test(text) ? text.replace(/^[\s>*+\d.)-]*/, '') : text;
}

class Reader {
  readonly #links: CardLinks;
  readonly #ids = new Set<string>();
  #level = 0;

  constructor(links: CardLinks) {
    this.#links = links;
  }

  blocks(tokens: readonly Token[], depth: number): Block[] {
    if (depth > MAX_DEPTH) return [];
    return tokens.flatMap((token) => this.#block(token as Tokens.Generic, depth));
  }

  #block(token: Tokens.Generic, depth: number): Block[] {
    const { type } = token;
    if (type === 'heading') return [this.#heading(token as Tokens.Heading)];
    if (type === 'code') return [{ type: 'code', text: (token as Tokens.Code).text }];
    if (type === 'blockquote')
      return [{ type: 'quote', children: this.blocks(token.tokens ?? [], depth + 1) }];
    if (type === 'list') return [this.#list(token as Tokens.List, depth)];
    if (type === 'table') return [this.#table(token as Tokens.Table)];
    if (type === 'hr') return [{ type: 'rule' }];
    if (type === 'html') return paragraph(this.#html((token as Tokens.HTML).text));
    if (type === 'paragraph' || type === 'text') return paragraph(this.#inlineOf(token));
    return []; // blank lines, definitions of links
  }

  #heading({ depth: level, tokens }: Tokens.Heading): Block {
    const children = this.inlines(tokens);
    // No level is left out, and no name is there twice: who listens to a page finds the way by them.
    this.#level = Math.min(level, this.#level + 1);
    return { type: 'heading', level: this.#level, id: this.#unique(headingId(textOf(children))), children };
  }

  #unique(id: string): string {
    let unique = id;
    for (let n = 1; this.#ids.has(unique) && n < 100; n++) unique = `${id}-${n}`;
    this.#ids.add(unique);
    return unique;
  }

  #list({ ordered, start, items }: Tokens.List, depth: number): Block {
    return {
      type: 'list',
      ...(ordered && { start: Number(start) || 1 }),
      items: items.map(({ task, checked, tokens }): Item => ({
        ...(task && { isDone: checked === true }),
        children: this.blocks(tokens, depth + 1),
      })),
    };
  }

  #table({ header, rows }: Tokens.Table): Block {
    const row = (cells: readonly Tokens.TableCell[]): Row => cells.map(({ tokens }) => this.inlines(tokens));
    return { type: 'table', head: row(header), rows: rows.map(row) };
  }

  inlines(tokens: readonly Token[], depth = 0): Inline[] {
    if (depth > MAX_DEPTH) return [];
    return tokens.flatMap((token) => this.#inline(token as Tokens.Generic, depth));
  }

  #inline(token: Tokens.Generic, depth: number): Inline[] {
    const { type } = token;
    if (type === 'strong' || type === 'em' || type === 'del') {
      return [{ type, children: this.inlines(token.tokens ?? [], depth + 1) }];
    }
    if (type === 'codespan') return [{ type: 'code', text: (token as Tokens.Codespan).text }];
    if (type === 'br') return [{ type: 'break' }];
    if (type === 'html') return this.#html((token as Tokens.HTML).text);
    if (type === 'image') return [this.#image((token as Tokens.Image).href, (token as Tokens.Image).text)];
    if (type === 'link') return this.#link(token as Tokens.Link, depth);
    if (type === 'text' || type === 'escape') return this.#inlineOf(token, depth + 1);
    return [];
  }

  #inlineOf(token: Tokens.Generic, depth = 0): Inline[] {
    if (token.tokens !== undefined) return this.inlines(token.tokens, depth);
    return [{ type: 'text', text: decodeEntities((token as Tokens.Text).text) }];
  }

  #link({ href, tokens }: Tokens.Link, depth: number): Inline[] {
    const children = this.inlines(tokens, depth + 1).flatMap(unlinked);
    const target = resolveLink(decodeEntities(href), this.#links);
    return target === undefined ? children : [{ type: 'link', ...target, children }];
  }

  /** An image of another site would tell that site who reads this: it becomes a link. */
  #image(href: string, alt: string): Inline {
    const target = resolveLink(decodeEntities(href), this.#links);
    const text = decodeEntities(alt).trim() || 'image';
    if (target === undefined || target.href.startsWith('#')) return { type: 'text', text };
    if (!target.isOutside && IMAGE.test(target.href)) {
      return { type: 'image', src: target.href, alt: decodeEntities(alt) };
    }
    return { type: 'link', ...target, children: [{ type: 'text', text }] };
  }

  #html(html: string): Inline[] {
    return readHtml(html).map((part) => (part.type === 'image' ? this.#image(part.src, part.alt) : part));
  }
}

/** Links do not lie in links. */
function unlinked(inline: Inline): readonly Inline[] {
  return inline.type === 'link' ? inline.children : [inline];
}

function paragraph(children: readonly Inline[]): Block[] {
  return children.length === 0 ? [] : [{ type: 'paragraph', children }];
}

function textOf(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      if ('text' in inline) return inline.text;
      return 'children' in inline ? textOf(inline.children) : '';
    })
    .join('');
}
