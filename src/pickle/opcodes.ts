/**
 * The opcodes of Python's pickles, protocols 0 to 5, as a reader needs them that follows a pickle without doing what
 * it says.
 *
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
export interface Opcode {
  name: string;
  /**
   * What follows the opcode: so many bytes; a line, or two; or a length of 1, 4 or 8 bytes, little endian, and so
   * many bytes.
   */
  argument: number | 'line' | 'lines' | 'u8' | 'u32' | 'u64';
  /** What it takes from the stack: so many values, or all above the last mark, and the mark. */
  pops: number | 'mark';
  /** Values that it leaves on the stack. */
  pushes: 0 | 1;
}

/** Code, name, argument, pops, pushes. */
type Row = [string | number, string, Opcode['argument'], Opcode['pops'], Opcode['pushes']];

const ROWS: readonly Row[] = [
  ['(', 'MARK', 0, 0, 0],
  ['.', 'STOP', 0, 0, 0],
  ['0', 'POP', 0, 0, 0],
  ['1', 'POP_MARK', 0, 'mark', 0],
  ['2', 'DUP', 0, 0, 0],
  ['F', 'FLOAT', 'line', 0, 1],
  ['G', 'BINFLOAT', 8, 0, 1],
  ['I', 'INT', 'line', 0, 1],
  ['J', 'BININT', 4, 0, 1],
  ['K', 'BININT1', 1, 0, 1],
  ['L', 'LONG', 'line', 0, 1],
  ['M', 'BININT2', 2, 0, 1],
  ['N', 'NONE', 0, 0, 1],
  ['P', 'PERSID', 'line', 0, 1],
  ['Q', 'BINPERSID', 0, 1, 1],
  ['R', 'REDUCE', 0, 2, 1],
  ['S', 'STRING', 'line', 0, 1],
  ['T', 'BINSTRING', 'u32', 0, 1],
  ['U', 'SHORT_BINSTRING', 'u8', 0, 1],
  ['V', 'UNICODE', 'line', 0, 1],
  ['X', 'BINUNICODE', 'u32', 0, 1],
  ['a', 'APPEND', 0, 1, 0],
  ['b', 'BUILD', 0, 1, 0],
  ['c', 'GLOBAL', 'lines', 0, 1],
  ['d', 'DICT', 0, 'mark', 1],
  ['}', 'EMPTY_DICT', 0, 0, 1],
  ['e', 'APPENDS', 0, 'mark', 0],
  ['g', 'GET', 'line', 0, 0],
  ['h', 'BINGET', 1, 0, 0],
  ['j', 'LONG_BINGET', 4, 0, 0],
  ['i', 'INST', 'lines', 'mark', 1],
  ['l', 'LIST', 0, 'mark', 1],
  [']', 'EMPTY_LIST', 0, 0, 1],
  ['o', 'OBJ', 0, 'mark', 1],
  ['p', 'PUT', 'line', 0, 0],
  ['q', 'BINPUT', 1, 0, 0],
  ['r', 'LONG_BINPUT', 4, 0, 0],
  ['s', 'SETITEM', 0, 2, 0],
  ['t', 'TUPLE', 0, 'mark', 1],
  [')', 'EMPTY_TUPLE', 0, 0, 1],
  ['u', 'SETITEMS', 0, 'mark', 0],
  ['B', 'BINBYTES', 'u32', 0, 1],
  ['C', 'SHORT_BINBYTES', 'u8', 0, 1],
  [0x80, 'PROTO', 1, 0, 0],
  [0x81, 'NEWOBJ', 0, 2, 1],
  [0x82, 'EXT1', 1, 0, 1],
  [0x83, 'EXT2', 2, 0, 1],
  [0x84, 'EXT4', 4, 0, 1],
  [0x85, 'TUPLE1', 0, 1, 1],
  [0x86, 'TUPLE2', 0, 2, 1],
  [0x87, 'TUPLE3', 0, 3, 1],
  [0x88, 'NEWTRUE', 0, 0, 1],
  [0x89, 'NEWFALSE', 0, 0, 1],
  [0x8a, 'LONG1', 'u8', 0, 1],
  [0x8b, 'LONG4', 'u32', 0, 1],
  [0x8c, 'SHORT_BINUNICODE', 'u8', 0, 1],
  [0x8d, 'BINUNICODE8', 'u64', 0, 1],
  [0x8e, 'BINBYTES8', 'u64', 0, 1],
  [0x8f, 'EMPTY_SET', 0, 0, 1],
  [0x90, 'ADDITEMS', 0, 'mark', 0],
  [0x91, 'FROZENSET', 0, 'mark', 1],
  [0x92, 'NEWOBJ_EX', 0, 3, 1],
  [0x93, 'STACK_GLOBAL', 0, 2, 1],
  [0x94, 'MEMOIZE', 0, 0, 0],
  [0x95, 'FRAME', 8, 0, 0],
  [0x96, 'BYTEARRAY8', 'u64', 0, 1],
  [0x97, 'NEXT_BUFFER', 0, 0, 1],
  [0x98, 'READONLY_BUFFER', 0, 0, 0],
];

/** By the opcode's byte. */
export const OPCODES: ReadonlyMap<number, Opcode> = new Map(
  ROWS.map(([code, name, argument, pops, pushes]) => [
    typeof code === 'number' ? code : code.charCodeAt(0),
    { name, argument, pops, pushes },
  ]),
);
