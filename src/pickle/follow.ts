/** Follows a pickle from opcode to opcode, doing nothing of what it says, and notes what it would import. */
import { Cursor, EndOfFileError } from './cursor.ts';
import { lineArgument, textOf } from './line-argument.ts';
import { OPCODES, type Opcode } from './opcodes.ts';
import { type RandomAccess, TooMuchError } from './random-access.ts';
import { PickleStack, type Value } from './stack.ts';

export interface FollowedPickle {
  /** `module.name`, each once, in order; undefined stands for a name that only running the pickle would tell. */
  imports: ReadonlySet<string | undefined>;
  /** It calls something, which can only be what it imported. */
  calls: boolean;
  /** Opcodes. */
  length: number;
  /** `broken`: no pickle, or none any more; `cut`: the file ends in it; `long`: there is more than is followed. */
  end: 'stop' | 'broken' | 'cut' | 'long';
  /** Of the byte behind it. */
  next: number;
}

const MOST_OPCODES = 1_000_000;
/** Bytes of a text that is looked at: no name of anything that can be imported is longer. */
const MOST_TEXT = 1024;

const LENGTH_BYTES = { u8: 1, u32: 4, u64: 8 };

/** Any that a file can have the name of; a line of prose is none. */
const MODULE = /^[\p{L}\p{N}_.-]+$/u;

const CALLS = new Set(['REDUCE', 'NEWOBJ', 'NEWOBJ_EX', 'OBJ', 'INST', 'BUILD']);

/** Opcodes that leave a text. */
const TEXTS = new Set([
  'STRING',
  'BINSTRING',
  'SHORT_BINSTRING',
  'UNICODE',
  'BINUNICODE',
  'SHORT_BINUNICODE',
  'BINUNICODE8',
]);

/** @param offset of its first opcode. */
export async function followPickle(file: RandomAccess, offset = 0): Promise<FollowedPickle> {
  const reader = new PickleReader(new Cursor(file, offset));
  const end = await reader.follow();
  const { imports, calls, length, cursor } = reader;
  return { imports, calls, length, end, next: cursor.offset };
}

class PickleReader {
  readonly cursor: Cursor;
  readonly imports = new Set<string | undefined>();
  calls = false;
  length = 0;
  readonly #stack = new PickleStack();

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  async follow(): Promise<FollowedPickle['end']> {
    try {
      while (this.length < MOST_OPCODES) {
        const opcode = OPCODES.get(await this.cursor.byte());
        if (opcode?.name === 'STOP') return 'stop';
        if (opcode === undefined || !(await this.#step(opcode))) return 'broken';
        this.length += 1;
      }
      return 'long';
    } catch (error) {
      if (error instanceof EndOfFileError) return 'cut';
      if (error instanceof TooMuchError) return 'long';
      throw error;
    }
  }

  /** @returns whether Python's own reader would go on. */
  async #step({ name, argument: form, pops, pushes }: Opcode): Promise<boolean> {
    const named = form === 'lines' ? await this.#lines() : [];
    const argument = form === 'lines' ? undefined : await this.#argument(name, form);
    const taken = pops === 'mark' ? this.#stack.popMark() : this.#stack.pop(pops);
    if (argument === null || taken === undefined) return false;
    if (form === 'lines' && !this.#import(named[0], named[1])) return false;
    if (name === 'STACK_GLOBAL' && !this.#import(taken[0], taken[1])) return false;
    if (name.startsWith('EXT')) this.imports.add(undefined);
    if (CALLS.has(name)) this.calls = true;
    if (pushes === 1) this.#stack.push(TEXTS.has(name) ? argument : undefined);
    return this.#special(name, argument);
  }

  /** What opcodes do besides taking and leaving values. */
  #special(name: string, argument: Value): boolean {
    switch (name) {
      case 'MARK':
        this.#stack.mark();
        return true;
      case 'POP':
        return this.#stack.popAny();
      case 'DUP':
        return this.#stack.duplicate();
      case 'MEMOIZE':
        this.#stack.memoize();
        return true;
      case 'PUT':
      case 'BINPUT':
      case 'LONG_BINPUT':
        this.#stack.memoize(Number(argument));
        return true;
      case 'GET':
      case 'BINGET':
      case 'LONG_BINGET':
        this.#stack.recall(Number(argument));
        return true;
      default:
        return true;
    }
  }

  async #lines(): Promise<Value[]> {
    return [textOf(await this.cursor.line()), textOf(await this.cursor.line())];
  }

  /** @returns the argument as a text, where it matters; null where it can be none. */
  async #argument(name: string, form: Exclude<Opcode['argument'], 'lines'>): Promise<Value | null> {
    if (form === 'line') return lineArgument(name, await this.cursor.line());
    if (form === 0) return undefined;
    if (typeof form === 'number') return String(await this.cursor.number(form));
    const length = await this.cursor.number(LENGTH_BYTES[form]);
    if (length <= MOST_TEXT) return textOf(await this.cursor.take(length));
    this.cursor.skip(length);
    return undefined;
  }

  /** @returns whether there can be such a name. */
  #import(module: Value, name: Value): boolean {
    if (module === undefined || name === undefined) {
      this.imports.add(undefined);
      return true;
    }
    if (!MODULE.test(module)) return false;
    this.imports.add(`${module}.${name}`);
    return true;
  }
}
