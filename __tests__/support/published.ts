/** What `publish --json` and `plan --json` print, as a user's script reads it. */
import type { ModelPlan } from '../../src/publish/plan-models.ts';
import type { ModelResult } from '../../src/publish/publish-models.ts';

export interface PublishDocument {
  models: ModelResult[];
  removed: string[];
}

export interface PlanDocument {
  models: ModelPlan[];
  removed: string[];
  unchanged: number;
  bytesToMove: number;
}

/** `title: origin` of each layer; the failure's message where there are none. */
export function layerOrigins(model: ModelResult | undefined): Record<string, string> {
  if (!model) throw new Error('no such model');
  if (model.status === 'failed') return { failed: model.error.message };
  return Object.fromEntries(model.layers.map(({ title, origin }) => [title, origin]));
}
