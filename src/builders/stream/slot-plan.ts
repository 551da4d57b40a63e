/** Cuts a layer's steps into slots. */
import { BLOCK_HEADER_SIZE, GZIP_HEADER, MAX_BLOCK, TRAILER_SIZE } from '../../estargz/gzip.ts';
import { SLOT_CONTENT, SLOT_SIZE } from './slots.ts';
import type { ContentStep, FilePart, LiteralStep, MemberStep, Step } from './steps.ts';

/** As much of a gzip member as a slot holds. */
export interface MemberPart {
  /** Where the member begins in this slot: what it holds in all, in bytes. */
  begins?: { content: number; tail: number; file?: FilePart };
  /** Bytes of it that lie in this slot, one after the other. */
  content: number;
  tail: number;
}

/** What the hash threads are told of a slot. */
export interface SlotWork {
  /** The slot holds tar bytes from here to its end. */
  tarAt: number;
  members: readonly MemberPart[];
  /** Bytes of the layer that follow and are outside its members. */
  end?: Uint8Array<ArrayBuffer>;
}

/** What is known of a slot once its tar stream is hashed, and needed to frame it. */
export interface FramingWork extends SlotWork {
  /** For each of the members, its CRC-32 up to the end of its part in this slot. */
  crcs: Uint32Array<ArrayBuffer>;
}

/**
 * What one slot holds: a piece of the tar stream, at its end. Framing moves it towards the slot's beginning, which works
 * in place since what is still to be framed never takes less than what is still to be moved.
 */
export interface SlotPlan {
  work: SlotWork;
  /** Ranges of files, and literal bytes, with their places in the slot; bytes. */
  reads: readonly (ContentStep & { at: number })[];
  literals: readonly (LiteralStep & { at: number })[];
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
  readonly chunks: FilePart[] = [];
  readonly #members: MemberPart[] = [];
  readonly #reads: (ContentStep & { at: number })[] = [];
  readonly #literals: (LiteralStep & { at: number })[] = [];
  #end: Uint8Array<ArrayBuffer> | undefined;
  /** Bytes of files, of the tar stream, and of the layer at most. A member begun in an earlier slot may end here. */
  #content = 0;
  #tar = 0;
  #framed = TRAILER_SIZE;

  hasRoom(step: Step): boolean {
    const content = step.type === 'content' ? step.length : 0;
    return (
      this.#framed + framedBound(step) <= SLOT_SIZE &&
      this.#content + content <= SLOT_CONTENT &&
      (content === 0 || this.#reads.length < MAX_READS)
    );
  }

  add(step: Step): void {
    this.#framed += framedBound(step);
    if (step.type === 'member') {
      this.#members.push({ begins: memberOf(step), content: 0, tail: 0 });
    } else if (step.type === 'content') {
      this.#reads.push({ ...step, at: this.#tar });
      this.#member().content += step.length;
      this.#content += step.length;
      this.#tar += step.length;
    } else if (step.type === 'literal') {
      this.#literals.push({ ...step, at: this.#tar });
      this.#member().tail += step.bytes.length;
      this.#tar += step.bytes.length;
    } else {
      this.#end = step.bytes;
    }
  }

  plan(): SlotPlan {
    const tarAt = SLOT_SIZE - this.#tar;
    for (const piece of this.#reads) piece.at += tarAt;
    for (const piece of this.#literals) piece.at += tarAt;
    const work = { tarAt, members: this.#members, ...(this.#end === undefined ? {} : { end: this.#end }) };
    return { work, reads: this.#reads, literals: this.#literals, chunks: this.chunks };
  }

  #member(): MemberPart {
    if (this.#members.length === 0) this.#members.push({ content: 0, tail: 0 });
    return this.#members.at(-1) as MemberPart;
  }
}

function memberOf({ content, tail, file }: MemberStep): NonNullable<MemberPart['begins']> {
  return { content, tail, ...(file === undefined ? {} : { file }) };
}

/** The most bytes of the layer that a step can give, wherever its blocks are cut. */
function framedBound(step: Step): number {
  if (step.type === 'member') return GZIP_HEADER.length + TRAILER_SIZE + BLOCK_HEADER_SIZE;
  const length = step.type === 'content' ? step.length : step.bytes.length;
  return length + BLOCK_HEADER_SIZE * Math.ceil((length + 1) / MAX_BLOCK);
}
