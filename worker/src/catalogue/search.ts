/**
 * Fuzzy, ranked search in models' names, on the server and in the page alike: it imports nothing.
 *
 * Every word of the query has to be found. The better the way in which it is found, the higher its score: as the whole
 * name, at the beginning of the model's own part, of one of its words, anywhere, its letters in order, or with typos.
 */

export interface Searchable {
  name: string;
  task?: string;
  license?: string;
  library?: string;
  formats?: readonly string[];
}

const SCORE = {
  whole: 1000,
  part: 900,
  partStart: 800,
  word: 700,
  wordStart: 600,
  inside: 450,
  joined: 400,
  detail: 250,
  typo: 200,
  scattered: 100,
} as const;

/** Words of a query that are looked at, and characters of each: what is longer finds nothing that is shorter. */
const MAX_WORDS = 8;
const MAX_WORD = 64;

/** The query's words, lower-cased; none where there is nothing to search for. */
export function wordsOf(query: string): string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS)
    .map((word) => word.slice(0, MAX_WORD));
}

/** How well the model fits: the higher the better, 0 where it does not. */
export function scoreOf(model: Searchable, words: readonly string[]): number {
  const name = model.name.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const score = Math.max(scoreInName(name, word), scoreInDetails(model, word));
    if (score === 0) return 0;
    sum += score;
  }
  // Among equals the shorter name is more of what was searched for.
  return sum / words.length - Math.min(name.length, 100) / 100;
}

/** The models that fit, best first; all of them, in their order, where there are no words. */
export function search<T extends Searchable>(models: readonly T[], query: string): T[] {
  const words = wordsOf(query);
  if (words.length === 0) return [...models];
  const found: { model: T; score: number }[] = [];
  for (const model of models) {
    const score = scoreOf(model, words);
    if (score > 0) found.push({ model, score });
  }
  return found.toSorted((a, b) => b.score - a.score).map(({ model }) => model);
}

function scoreInName(name: string, word: string): number {
  const part = name.slice(name.lastIndexOf('/') + 1);
  if (name === word) return SCORE.whole;
  if (part === word) return SCORE.part;
  if (part.startsWith(word)) return SCORE.partStart;
  const at = name.indexOf(word);
  if (at >= 0) return scoreInside(name, word, at);
  const joined = joinedScore(name, word);
  if (joined > 0) return joined;
  return Math.max(typoScore(name, word), scatteredScore(name, word));
}

/** Every place is looked at, since the first one may be the worst. */
function scoreInside(name: string, word: string, first: number): number {
  let best: number = SCORE.inside;
  for (let at = first; at >= 0; at = name.indexOf(word, at + 1)) {
    if (at > 0 && !isSeparator(name, at - 1)) continue;
    const end = at + word.length;
    best = Math.max(best, end === name.length || isSeparator(name, end) ? SCORE.word : SCORE.wordStart);
  }
  return best;
}

/** `gpt2` finds `gpt-2`. */
function joinedScore(name: string, word: string): number {
  const bare = word.replace(/[/._-]+/g, '');
  return bare !== '' && name.replace(/[/._-]+/g, '').includes(bare) ? SCORE.joined : 0;
}

function scoreInDetails({ task, license, library, formats = [] }: Searchable, word: string): number {
  if (word.length < 2) return 0;
  const isFound = [task, license, library, ...formats].some((text) => text?.toLowerCase().includes(word));
  return isFound ? SCORE.detail : 0;
}

/** A word of the name that begins as the query's, but for one letter, or two of eight and more. */
function typoScore(name: string, word: string): number {
  if (word.length < 4) return 0;
  const allowed = word.length < 8 ? 1 : 2;
  let best = allowed + 1;
  for (const candidate of name.split(/[/._-]+/)) {
    if (candidate.length < word.length - allowed) continue;
    best = Math.min(best, prefixDistance(candidate, word, allowed));
  }
  return best > allowed ? 0 : SCORE.typo - 40 * best;
}

/**
 * The fewest letters to insert, leave out, replace or swap with the next so that `word` becomes a beginning of
 * `candidate` (optimal string alignment); anything over `limit` where there are more.
 */
function prefixDistance(candidate: string, word: string, limit: number): number {
  const width = Math.min(candidate.length, word.length + limit);
  let before: number[] = [];
  let last = Array.from({ length: width + 1 }, (_, at) => at);
  for (let row = 1; row <= word.length; row++) {
    const current = [row];
    let least = row;
    for (let at = 1; at <= width; at++) {
      const isSame = word[row - 1] === candidate[at - 1];
      let cost = Math.min(
        (last[at] ?? 0) + 1,
        (current[at - 1] ?? 0) + 1,
        (last[at - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (row > 1 && at > 1 && word[row - 1] === candidate[at - 2] && word[row - 2] === candidate[at - 1])
        cost = Math.min(cost, (before[at - 2] ?? 0) + 1);
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return least;
    before = last;
    last = current;
  }
  return Math.min(...last);
}

/** Its letters in their order, beginning at the start of a word, and not too far apart. */
function scatteredScore(name: string, word: string): number {
  if (word.length < 3) return 0;
  for (let start = 0; start < name.length; start++) {
    if (name[start] !== word[0] || (start > 0 && !isSeparator(name, start - 1))) continue;
    let at = start;
    let matched = 1;
    while (matched < word.length && at >= 0) {
      at = name.indexOf(word.charAt(matched), at + 1);
      if (at >= 0) matched++;
    }
    if (at < 0) return 0; // a later start has fewer letters after it
    const span = at - start + 1;
    if (span <= word.length * 3) return SCORE.scattered * (word.length / span);
  }
  return 0;
}

function isSeparator(name: string, at: number): boolean {
  const code = name.charCodeAt(at);
  return code === 0x2f || code === 0x2e || code === 0x5f || code === 0x2d;
}
