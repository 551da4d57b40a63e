/** What a run that publishes has at hand. */
import type { Bases } from '../bases/bases.ts';
import type { Builder } from '../builders/builder.ts';
import type { Source } from '../hub/source.ts';
import type { Entry } from '../models/entry.ts';
import type { Progress } from '../report/progress.ts';
import type { Target } from './target.ts';

export interface PublishRun {
  builder: Builder;
  bases: Bases;
  /** Opens where the model's files come from; the caller closes it. */
  sourceOf: (entry: Entry) => Source;
  targetOf: (entry: Entry) => Target;
  /** `registry/repository` of an entry, for messages: also where there can be no such repository. */
  imageOf: (entry: Entry) => string;
  /** Make the image also where the tags are up to date. */
  force: boolean;
  progress: Progress;
  signal: AbortSignal;
}
