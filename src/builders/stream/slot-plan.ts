/** Cuts a layer's steps into slots. */
import { BLOCK_HEADER_SIZE, GZIP_HEADER, MAX_BLOCK, TRAILER_SIZE } from '../../estargz/gzip.ts';
import { SLOT_CONTENT, SLOT_SIZE } from './slots.ts';
import type { ContentStep, FilePart, Step } from './steps.ts';

/**
 * What one slot holds. Content lies at the slot's end; framing moves it towards the front, which works in place
 * since what is still to be framed never takes less than what is still to be moved.
 */
export interface SlotPlan {
  steps: readonly Step[];
  /** The ranges of files to be read, which lie one after the other from `contentAt` to the slot's end. */
  reads: readonly ContentStep[];
  /** Bytes. */
  contentAt: number;
  /** The chunks that end in this slot, in order. */
  chunks: readonly FilePart[];
}

/** So that a slot of many small files doesn't take too long. */
const MAX_READS = 1024;

export function* slotPlans(steps: Iterable<Step>): Generator<SlotPlan> {
  let draft = new Draft();
  let file: FilePart | undefined;
  for (const step of steps) {
    if (step.type === 'member') file = step.file;
    for (const piece of pieces(step)) {
      if (!draft.hasRoom(piece)) {
        yield draft.plan();
        draft = new Draft();
      }
      draft.add(piece);
    }
    if (step.type === 'content' && file !== undefined) draft.chunks.push(file);
  }
  yield draft.plan();
}

/** A chunk that is larger than a slot fills several; a smaller one is never cut, so that it is read in one go. */
function* pieces(step: Step): Generator<Step> {
  if (step.type !== 'content') {
    yield step;
    return;
  }
  for (let at = 0; at < step.length; at += SLOT_CONTENT) {
    yield { ...step, offset: step.offset + at, length: Math.min(SLOT_CONTENT, step.length - at) };
  }
}

class Draft {
  readonly steps: Step[] = [];
  readonly reads: ContentStep[] = [];
  readonly chunks: FilePart[] = [];
  #content = 0;
  // A member that began in an earlier slot may end here.
  #framed = TRAILER_SIZE;

  hasRoom(step: Step): boolean {
    const content = step.type === 'content' ? step.length : 0;
    return (
      this.#framed + framedBound(step) <= SLOT_SIZE &&
      this.#content + content <= SLOT_CONTENT &&
      (content === 0 || this.reads.length < MAX_READS)
    );
  }

  add(step: Step): void {
    this.steps.push(step);
    this.#framed += framedBound(step);
    if (step.type !== 'content') return;
    this.reads.push(step);
    this.#content += step.length;
  }

  plan(): SlotPlan {
    return {
      steps: this.steps,
      reads: this.reads,
      contentAt: SLOT_SIZE - this.#content,
      chunks: this.chunks,
    };
  }
}

/** The most bytes of the layer that a step can give, wherever its blocks are cut. */
function framedBound(step: Step): number {
  if (step.type === 'member') return GZIP_HEADER.length + TRAILER_SIZE;
  const length = step.type === 'content' ? step.length : step.bytes.length;
  return length + BLOCK_HEADER_SIZE * (Math.ceil(length / MAX_BLOCK) + 1);
}
