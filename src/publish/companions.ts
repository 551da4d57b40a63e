/** The companions of an entry's image, by what the list asks for. */
import type { Bases } from '../bases/bases.ts';
import type { BuilderName } from '../image/layer-key.ts';
import type { Entry } from '../models/entry.ts';
import { artifactCompanion } from './companion-artifact.ts';
import type { Companion } from './companion.ts';
import { runtimeCompanion } from './companion-runtime.ts';

export interface CompanionMeans {
  bases: Bases;
  builder: BuilderName;
}

export function companionsOf(entry: Entry, { bases, builder }: CompanionMeans): Companion[] {
  return [
    ...(entry.runtimes ?? []).map((runtime) => runtimeCompanion(runtime, { bases, builder })),
    ...(entry.formats ?? []).map(artifactCompanion),
  ];
}
