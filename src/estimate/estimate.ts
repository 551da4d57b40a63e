/** What GGUF files take in memory that run together: a model, its drafter, its projector, its adapters. */
import { UserError } from '../errors.ts';
import { roleOf } from '../formats/gguf-role.ts';
import type { WholeGguf } from '../formats/gguf-shards.ts';
import { estimateAdapter } from './adapter.ts';
import { estimateModel } from './model.ts';
import type { EstimateOptions } from './options.ts';
import { estimateProjector } from './projector.ts';
import type { Estimates } from './summary.ts';
import type { FileEstimate } from './usage.ts';

/** Headers of files, each of all its shards together. */
export interface EstimateFiles {
  model: WholeGguf;
  drafter?: WholeGguf;
  projector?: WholeGguf;
  adapters: readonly WholeGguf[];
}

/**
 * @param drafterOptions where the drafter is run another way than the model
 * @throws UserError naming the file of which nothing can be said, and why
 */
export function estimateFiles(
  { model, drafter, projector, adapters }: EstimateFiles,
  options: EstimateOptions,
  drafterOptions: EstimateOptions = options,
): Estimates {
  return {
    model: estimateOne(model, options),
    ...(drafter === undefined ? {} : { drafter: estimateOne(drafter, drafterOptions) }),
    ...(projector === undefined ? {} : { projector: estimateOne(projector, options) }),
    adapters: adapters.map((adapter) => estimateOne(adapter, options)),
  };
}

function estimateOne(header: WholeGguf, options: EstimateOptions): FileEstimate {
  try {
    const estimate = estimators[kindOf(header)](header, options);
    const sums = estimate.devices.flatMap(({ footprint, weights, cache, computation }) => [
      footprint,
      ...Object.values({ ...weights, ...cache }),
      ...Object.values(computation),
    ]);
    if (!sums.every(Number.isSafeInteger))
      throw new RangeError('it is said to need more memory than there is');
    return estimate;
  } catch (error) {
    if (error instanceof RangeError) {
      throw new UserError(`${header.path} cannot be estimated: ${error.message}.`, { cause: error });
    }
    if (error instanceof UserError) {
      throw new UserError(`${header.path} cannot be estimated. ${error.message}`, {
        cause: error,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    }
    throw error;
  }
}

const estimators = { model: estimateModel, projector: estimateProjector, adapter: estimateAdapter } as const;

function kindOf(header: WholeGguf): keyof typeof estimators {
  const role = roleOf(header);
  if (role === 'other') throw new RangeError('it is neither a model nor a projector nor a LoRA adapter');
  return role === 'drafter' ? 'model' : role;
}
