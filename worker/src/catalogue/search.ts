/**
 * Fuzzy, ranked search in models' names, on the server and in the page alike: it imports nothing.
 *
 * Every word of the query has to be found. The better the way in which it is found, the higher its score: as the whole
 * name, at the beginning of the model's own part, of one of its words, anywhere, with typos, or by its letters in order.
 */

export interface Searchable {
  name: string;
  kind?: string;
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
  initials: 150,
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

/** A model as it is searched in, made once. */
interface Prepared {
  /** Lower-cased, as all of this. */
  name: string;
  /** The model's own, without the owner's. */
  part: string;
  words: readonly string[];
  /** The name without what separates its words. */
  joined: string;
  /** A bit for each letter and digit that is in the name. */
  letters: number;
  /** Whatever else is known of the model. */
  details: string;
}

const prepared = new WeakMap<Searchable, Prepared>();

function prepare(model: Searchable): Prepared {
  const known = prepared.get(model);
  if (known !== undefined) return known;
  const name = model.name.toLowerCase();
  const words = name.split(/[/._-]+/);
  const details = [model.kind, model.task, model.license, model.library, ...(model.formats ?? [])];
  const made: Prepared = {
    name,
    part: name.slice(name.lastIndexOf('/') + 1),
    words,
    joined: words.join(''),
    letters: lettersOf(name),
    details: details
      .filter((text) => text !== undefined)
      .join('\n')
      .toLowerCase(),
  };
  prepared.set(model, made);
  return made;
}

/** How well the model fits: the higher the better, 0 where it does not. */
function scoreOf(model: Searchable, words: readonly string[]): number {
  const made = prepare(model);
  let sum = 0;
  for (const word of words) {
    const score = scoreOfWord(made, word);
    if (score === 0) return 0;
    sum += score;
  }
  // Among equals the shorter name is more of what was searched for.
  return sum / words.length - Math.min(made.name.length, 100) / 100;
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

function scoreOfWord(model: Prepared, word: string): number {
  const { name, part, joined, details } = model;
  if (name === word) return SCORE.whole;
  if (part === word) return SCORE.part;
  if (part.startsWith(word)) return SCORE.partStart;
  const at = name.indexOf(word);
  if (at >= 0) return scoreInside(name, word, at);
  // `gpt2` finds `gpt-2`, and the other way round.
  const bare = word.replace(/[/._-]+/g, '');
  if (bare !== '' && joined.includes(bare)) return SCORE.joined;
  if (word.length >= 2 && details.includes(word)) return SCORE.detail;
  const missing = missingLetters(word, model.letters);
  const typo = missing > allowedTypos(word) ? 0 : typoScore(model.words, word);
  if (typo > 0) return typo;
  const parts = word.split(/[/._-]+/).filter((each) => each !== '');
  if (parts.length > 1) return scoreOfParts(model, parts);
  return missing > 0 ? 0 : Math.max(initialsScore(name, word), scatteredScore(name, word));
}

/** Of `stabel-difusion`, each has to be found by itself. */
function scoreOfParts(model: Prepared, parts: readonly string[]): number {
  const scores = parts.map((part) => scoreOfWord(model, part));
  return scores.includes(0) ? 0 : Math.min(SCORE.joined, ...scores);
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

/** A word of the name that begins as the query's, but for one letter, or two of eight and more. */
function typoScore(words: readonly string[], word: string): number {
  const allowed = allowedTypos(word);
  if (allowed === 0) return 0;
  let best = allowed + 1;
  for (const candidate of words) {
    if (candidate.length < word.length - allowed || !mayBegin(candidate, word)) continue;
    best = Math.min(best, prefixDistance(candidate, word, allowed));
  }
  return best > allowed ? 0 : SCORE.typo - 40 * best;
}

/** Few mistake the first letter for another; they leave it out, or swap it with the second. */
function mayBegin(candidate: string, word: string): boolean {
  return candidate[0] === word[0] || candidate[1] === word[0] || candidate[0] === word[1];
}

function allowedTypos({ length }: string): number {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}

/** A set of letters and digits: bits 0 to 25 for letters, those above for digits, two of them each. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let at = 0; at < text.length; at++) letters |= letterAt(text, at);
  return letters;
}

/** How many of the word's letters and digits are not in the set. */
function missingLetters(word: string, letters: number): number {
  let count = 0;
  for (let at = 0; at < word.length; at++) if ((letterAt(word, at) & ~letters) !== 0) count++;
  return count;
}

function letterAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0x61 && code <= 0x7a) return 1 << (code - 0x61);
  return code >= 0x30 && code <= 0x39 ? 1 << (26 + ((code - 0x30) >> 1)) : 0;
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

/** `sdxl` finds `stable-diffusion-xl`: each letter follows the one before it, or begins a word. */
function initialsScore(name: string, word: string): number {
  if (word.length < 2) return 0;
  let at = -1;
  for (const letter of word) {
    if (at >= 0 && name[at + 1] === letter) at++;
    else at = wordStart(name, letter, at + 1);
    if (at < 0) return 0;
  }
  return SCORE.initials;
}

function wordStart(name: string, letter: string, from: number): number {
  let at = name.indexOf(letter, from);
  while (at > 0 && !isSeparator(name, at - 1)) at = name.indexOf(letter, at + 1);
  return at;
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
