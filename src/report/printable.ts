/** Characters that are shown of a text. */
const MOST_SHOWN = 200;

/**
 * A text that somebody else chose, on one line: none that ends the line and begins another, which a workflow's log
 * would read as a command, and none that a terminal obeys.
 */
export function printable(text: string): string {
  const shown = text
    .slice(0, MOST_SHOWN + 1)
    .replaceAll(/[\p{C}\p{Z}]/gu, (character) => (character === ' ' ? ' ' : '\uFFFD'));
  return shown.length > MOST_SHOWN ? `${shown.slice(0, MOST_SHOWN)}…` : shown;
}
