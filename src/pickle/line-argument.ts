/** The arguments that protocol 0 writes as lines of text. */
import type { Value } from './stack.ts';

const INTEGER = /^\s*[+-]?(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*)\s*$/;
const FLOAT = /^\s*[+-]?(?:[\d._]+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)\s*$/i;
const QUOTED = /^(["'])(.*)\1\s*$/s;

/**
 * @param line undefined where it is too long to matter.
 * @returns the argument as a text where it is one, and as digits where it is a key of the memo; null where Python
 *   would refuse it.
 */
export function lineArgument(opcode: string, line: Uint8Array | undefined): Value | null {
  const text = textOf(line);
  if (text === undefined) return undefined;
  switch (opcode) {
    case 'STRING': {
      const [, , content] = QUOTED.exec(text) ?? [];
      return content === undefined ? null : unescaped(content);
    }
    case 'UNICODE':
      return unescaped(text);
    case 'GET':
    case 'PUT':
      return INTEGER.test(text) ? String(Number(text.replaceAll('_', ''))) : null;
    case 'INT':
      return INTEGER.test(text) ? undefined : null;
    case 'LONG':
      return INTEGER.test(text.replace(/L$/, '')) ? undefined : null;
    case 'FLOAT':
      return FLOAT.test(text) ? undefined : null;
    default:
      return undefined;
  }
}

/** A text with escapes may be any: it is not known, and what is imported by it neither. */
function unescaped(text: string): Value {
  return text.includes('\\') ? undefined : text;
}

/** @returns undefined where the bytes are no text. */
export function textOf(bytes: Uint8Array | undefined): Value {
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Bytes, or a text in an encoding of its own: nothing that could name a module.
    return undefined;
  }
}
