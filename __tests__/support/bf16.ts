/** Bytes of one block; each block differs from the others in its first eight bytes, its number. */
const blockBytes = 1024 * 1024;

// Taken out of the global object once: looking them up there is slow inside Jest.
const { cos, imul, log, PI, sqrt } = Math;

/** The mulberry32 generator: 32 bits of state, good enough for weights that nobody infers with. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = imul(state ^ (state >>> 15), state | 1);
    value ^= value + imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Normally distributed weights as bfloat16, which gzip shrinks by about a fifth, as it does real ones. */
function makeWeights(seed: number): Buffer {
  const random = mulberry32(seed);
  const block = Buffer.allocUnsafeSlow(blockBytes);
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  for (let at = 0; at < blockBytes; at += 2) {
    float[0] = 0.02 * sqrt(-2 * log(1 - random())) * cos(2 * PI * random());
    block.writeUInt16LE(bits[0]! >>> 16, at);
  }
  return block;
}

const made = new Map<number, Buffer>();

function weights(seed: number): Buffer {
  const block = made.get(seed) ?? makeWeights(seed);
  made.set(seed, block);
  return block;
}

/**
 * Content of any size, made by its seed: `(offset, length)` gives the bytes there. A call that stays within one block
 * of 1 MiB gives a view, which the next call may change.
 */
export function bf16Like(seed: number): (offset: number, length: number) => Buffer {
  const block = weights(seed);
  return (offset, length) => {
    const number = Math.floor(offset / blockBytes);
    const start = offset % blockBytes;
    if (start + length <= blockBytes) {
      // A copy of what is written out is not needed as long as the number's bytes are not in it.
      const view = start >= 8 ? block : Buffer.from(block);
      if (start < 8) view.writeBigUInt64LE(BigInt(number), 0);
      return view.subarray(start, start + length);
    }
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length;) {
      const part = Math.min(length - at, blockBytes - ((offset + at) % blockBytes));
      bf16Part(block, offset + at, bytes.subarray(at, at + part));
      at += part;
    }
    return bytes;
  };
}

function bf16Part(block: Buffer, offset: number, target: Buffer): void {
  const start = offset % blockBytes;
  block.copy(target, 0, start, start + target.length);
  if (start >= 8) return;
  const number = Buffer.allocUnsafe(8);
  number.writeBigUInt64LE(BigInt(Math.floor(offset / blockBytes)));
  number.copy(target, 0, start, Math.min(8, start + target.length));
}
