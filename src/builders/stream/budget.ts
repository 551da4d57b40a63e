import { Lanes } from './lanes.ts';
import { Slots } from './slots.ts';

/** What all layers in work share. */
export interface Budget {
  /** Memory. */
  slots: Slots;
  /** Threads. */
  lanes: Lanes;
  /** Ends the threads. */
  close(): Promise<void>;
}

const DEFAULT_MEMORY = 96 * 2 ** 20;

/** `memory`: bytes of content that are in flight at most, over all layers. `threads`: default one for each core. */
export function openBudget(options: { memory?: number; threads?: number } = {}): Budget {
  const lanes = new Lanes(options.threads);
  return {
    slots: new Slots(options.memory ?? DEFAULT_MEMORY),
    lanes,
    close: () => lanes.close(),
  };
}
