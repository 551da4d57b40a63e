import type { HubApi } from '../hub/hub-api.ts';
import type { Source } from '../hub/source.ts';
import type { Progress } from '../report/progress.ts';

/** What looking after a list needs of the world. */
export interface CurationRun {
  api: HubApi;
  /** Opens a model of the Hub at a commit; the caller closes it. @throws UserError where the name can be none */
  sourceOf: (model: { name: string; sha: string }) => Source;
  progress: Progress;
  signal: AbortSignal;
}
