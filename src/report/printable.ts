const MOST_SHOWN = 200;

/**
 * A text that somebody else chose, on one line: none that ends the line and begins another, which a workflow's log
 * would read as a command, and none that a terminal obeys.
 *
 * @param most characters that are shown of it
 */
export function printable(text: string, most = MOST_SHOWN): string {
  const shown = text
    .slice(0, most + 1)
    .replaceAll(/[\p{C}\p{Z}]/gu, (character) => (character === ' ' ? ' ' : '\uFFFD'));
  return shown.length > most ? `${shown.slice(0, most)}…` : shown;
}
