/** Which paths of an image were asked for. */
import picomatch from 'picomatch';

import { UserError } from '../errors.ts';

export interface Selection {
  matches(path: string): boolean;
  /** @throws UserError where one of the words has matched none of these paths */
  check(paths: readonly string[], image: string): void;
}

/**
 * A word without `*`, `?`, `[` or `{` is the path of a file, or of a folder with all that is in it, with or without a
 * `/` in front. Others are globs as in the list of models: without `/` of names in every folder, with one of whole
 * paths. No words stand for everything.
 */
export function selectPaths(words: readonly string[]): Selection {
  const matchers = words.map((word) => ({ word, matches: matcher(word) }));
  return {
    matches: (path) => matchers.length === 0 || matchers.some(({ matches }) => matches(path)),
    check(paths, image) {
      const idle = matchers.filter(({ matches }) => !paths.some(matches));
      if (idle.length === 0) return;
      const names = idle.map(({ word }) => `"${word}"`).join(', ');
      throw new UserError(`${image} has no ${names}.`, {
        hint: `"ai-action inspect ${image}" lists its files.`,
      });
    },
  };
}

function matcher(word: string): (path: string) => boolean {
  const bare = word.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (!/[*?[{]/.test(bare)) {
    return (path) => bare === '' || path === bare || path.startsWith(`${bare}/`);
  }
  const anchored = bare.includes('/') || word.startsWith('/');
  const folder = word.endsWith('/') ? '/**' : '';
  return picomatch(`${anchored ? '' : '**/'}${bare}${folder}`, {
    dot: true,
    nonegate: true,
    noextglob: true,
  });
}
