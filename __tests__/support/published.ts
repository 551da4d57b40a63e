/** What `publish --json` and `plan --json` print, as a user's script reads it. */
import type { ModelPlan } from '../../src/publish/plan-models.ts';
import type { ModelResult } from '../../src/publish/publish-models.ts';
import { aiActionJson, type CommandOptions, type Outcome } from './ai-action.ts';

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

export async function publishJson(
  args: readonly string[],
  options?: CommandOptions,
): Promise<Outcome & { json: PublishDocument }> {
  const { json, ...outcome } = await aiActionJson(['publish', ...args], options);
  return { ...outcome, json: json as PublishDocument };
}

export async function planJson(
  args: readonly string[],
  options?: CommandOptions,
): Promise<Outcome & { json: PlanDocument }> {
  const { json, ...outcome } = await aiActionJson(['plan', ...args], options);
  return { ...outcome, json: json as PlanDocument };
}

/** @throws Error with all that was said where a model was not published */
export function expectPublished({ code, stdout, stderr }: Outcome): void {
  if (code !== 0) throw new Error(`publish ended with ${code}:\n${stdout}\n${stderr}`);
}

/** `title: origin` of each layer; the failure's message where there are none. */
export function layerOrigins(model: ModelResult | undefined): Record<string, string> {
  if (!model) throw new Error('no such model');
  if (model.status === 'failed') return { failed: model.error.message };
  return Object.fromEntries(model.layers.map(({ title, origin }) => [title, origin]));
}
