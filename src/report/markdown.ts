/** Markdown for pages of GitHub, from texts that anybody may have written. */

/** Characters that would be read as Markdown or HTML, or lead to a new line of a table, as entities. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<>()#!|~&@$]/g, (character) => `&#${character.codePointAt(0)};`)
    .replaceAll(/\r?\n/g, '<br>');
}

/** Within a line, also of a table. */
export function markdownCode(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

/** A text of several lines, set as it is. */
export function markdownBlock(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * @param rows Markdown, each as wide as the heading.
 * @param most bytes; rows that do not fit are counted in a last line instead, since GitHub shows no page over 1 MiB.
 */
export function markdownTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  most = 400_000,
): string {
  const lines = [line(heading), line(heading.map(() => '---'))];
  const { kept, left } = fitting(rows.map(line), most);
  const more = left === 0 ? '' : `\n\n… and ${left} more, which the log has.`;
  return `${[...lines, ...kept].join('\n')}${more}`;
}

/** Folded texts under their titles; those that do not fit into `most` bytes are counted instead. */
export function markdownDetails(items: readonly { title: string; body: string }[], most = 400_000): string {
  const folded = items.map(
    ({ title, body }) => `<details><summary>${title}</summary>\n\n${body}\n\n</details>`,
  );
  const { kept, left } = fitting(folded, most);
  return [...kept, ...(left === 0 ? [] : [`… and ${left} more, which the log has.`])].join('\n\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function fitting(texts: readonly string[], most: number): { kept: string[]; left: number } {
  let bytes = 0;
  const kept: string[] = [];
  for (const text of texts) {
    bytes += Buffer.byteLength(text);
    if (bytes > most) break;
    kept.push(text);
  }
  return { kept, left: texts.length - kept.length };
}
