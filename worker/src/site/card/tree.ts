/** A model card as plain data that can say nothing but what stands here: no markup of its author's gets any further. */

export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'strong'; children: readonly Inline[] }
  | { type: 'em'; children: readonly Inline[] }
  | { type: 'del'; children: readonly Inline[] }
  | { type: 'break' }
  /** `isOutside`: it leads away from this registry. */
  | { type: 'link'; href: string; isOutside: boolean; children: readonly Inline[] }
  /** Of this registry; others are links. */
  | { type: 'image'; src: string; alt: string };

export interface Item {
  /** Undefined where it is no task. */
  isDone?: boolean;
  children: readonly Block[];
}

export type Row = readonly (readonly Inline[])[];

export type Block =
  /** `level`: from 1. `id`: what links within the card name it by. */
  | { type: 'heading'; level: number; id: string; children: readonly Inline[] }
  | { type: 'paragraph'; children: readonly Inline[] }
  | { type: 'code'; text: string }
  | { type: 'quote'; children: readonly Block[] }
  | { type: 'list'; start?: number; items: readonly Item[] }
  | { type: 'table'; head: Row; rows: readonly Row[] }
  | { type: 'rule' };
