/** What the main thread and a hash thread say to each other. */
import type { FramedSlot } from './framer.ts';
import type { FramingWork, SlotWork } from './slot-plan.ts';
import type { HashedSlot } from './tar-hasher.ts';

/** The two halves of the hashing of a layer, which weigh about the same. */
export type Role = 'tar' | 'blob';

/** `job` names one half of one layer; its requests are answered in their order. */
export type LaneRequest =
  | { type: 'begin'; job: number; role: Role }
  | { type: 'slot'; job: number; slot: SharedArrayBuffer; work: LaneWork[Role] }
  /** Answered with the digest, in hex, and the end of the job. */
  | { type: 'finish'; job: number }
  /** The job's answer is no longer wanted. */
  | { type: 'drop'; job: number };

export interface LaneWork {
  tar: SlotWork;
  blob: FramingWork;
}

export interface LaneResults {
  tar: HashedSlot;
  blob: FramedSlot;
}

/** One for each `slot` and `finish`. */
export type LaneReply = { job: number; result: LaneResults[Role] | string } | { job: number; error: Error };
