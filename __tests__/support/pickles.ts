/** Pickles for tests, in the opcodes of protocols 0 to 4. */

/** Each character a byte. */
export function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** A pickle of protocol 2 that calls `module.name` with a text. */
export function callPickle(module: string, name: string, argument = 'id'): Buffer {
  return bytes(`\x80\x02c${module}\n${name}\nU${String.fromCharCode(argument.length)}${argument}\x85R.`);
}

/** As torch saves a dictionary of one tensor. */
export const TENSOR = bytes(
  '\x80\x02}q\x00X\x01\x00\x00\x00wq\x01ctorch._utils\n_rebuild_tensor_v2\nq\x02((X\x07\x00\x00\x00storageq\x03' +
    'ctorch\nFloatStorage\nq\x04X\x01\x00\x00\x000q\x05X\x03\x00\x00\x00cpuq\x06K\x04tq\x07QK\x00K\x02K\x02\x86q\x08' +
    'K\x02K\x01\x86q\x09\x89ccollections\nOrderedDict\nq\x0a)Rq\x0btq\x0cRq\x0ds.',
);
