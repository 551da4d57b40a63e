/** The companions of an entry's image, by what the list asks for. */
import type { Bases } from '../bases/bases.ts';
import type { BuilderName } from '../image/layer-key.ts';
import { companionTags, type Entry } from '../models/entry.ts';
import { artifactCompanion } from './companion-artifact.ts';
import type { Companion } from './companion.ts';
import { runtimeCompanion } from './companion-runtime.ts';
import type { Target } from './target.ts';

export interface CompanionMeans {
  bases: Bases;
  builder: BuilderName;
  /** Undefined where no registry was named. */
  target: Target | undefined;
}

export function companionsOf(entry: Entry, { bases, builder, target }: CompanionMeans): Companion[] {
  const places = target === undefined ? [] : [target.repository, target.imports];
  const referencesOf = (suffix: string): string[] =>
    places.flatMap((place) =>
      place === undefined ? [] : companionTags(entry.tags, suffix).map((tag) => `${place.name}:${tag}`),
    );
  return [
    ...(entry.runtimes ?? []).map((runtime) =>
      runtimeCompanion(runtime, { bases, builder, references: referencesOf(runtime.name) }),
    ),
    ...(entry.formats ?? []).map(artifactCompanion),
  ];
}
