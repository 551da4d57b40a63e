/**
 * A running SHA-2 hash that can be saved between requests, which the runtime's own cannot. The code of SHA-256 is in
 * sha256.c; that of SHA-512, which hardly anyone uses, is hash-wasm's (MIT), taken out of its package as a module because
 * workerd compiles no WebAssembly at run time.
 */
import { toHex } from '../../../src/oci/digest.ts';

export type HashAlgorithm = 'sha256' | 'sha512';

/** What an instance of the module exports; each instance is one hash. */
export interface HashExports {
  memory: { readonly buffer: ArrayBuffer };
  /** Where the state's length stands in the memory. */
  STATE_SIZE: { readonly value: number };
  Hash_GetBuffer(): number;
  Hash_GetState(): number;
  Hash_Init(bits: number): void;
  Hash_Update(length: number): void;
  Hash_Final(): void;
}

/** The size of the buffer that the module's memory has for input, in bytes. */
const BUFFER = 16 * 1024;
const BITS: Record<HashAlgorithm, number> = { sha256: 256, sha512: 512 };

export class RunningHash {
  readonly #exports: HashExports;
  readonly #bits: number;

  /** @param state of `save()`, from the same module; without it the hash begins anew. */
  constructor(exports: HashExports, algorithm: HashAlgorithm, state?: Uint8Array) {
    this.#exports = exports;
    this.#bits = BITS[algorithm];
    this.#exports.Hash_Init(this.#bits);
    if (state === undefined) return;
    const memory = this.#state();
    if (state.length !== memory.length) throw new RangeError(`not a saved state of ${algorithm}`);
    memory.set(state);
  }

  update(bytes: Uint8Array): void {
    const input = new Uint8Array(this.#exports.memory.buffer, this.#exports.Hash_GetBuffer(), BUFFER);
    for (let at = 0; at < bytes.length; at += BUFFER) {
      const piece = bytes.subarray(at, at + BUFFER);
      input.set(piece);
      this.#exports.Hash_Update(piece.length);
    }
  }

  /** About a hundred bytes that hold everything hashed so far. */
  save(): Uint8Array<ArrayBuffer> {
    return this.#state().slice();
  }

  /** Ends the hash; in hex. */
  digest(): string {
    this.#exports.Hash_Final();
    return toHex(new Uint8Array(this.#exports.memory.buffer, this.#exports.Hash_GetBuffer(), this.#bits / 8));
  }

  #state(): Uint8Array<ArrayBuffer> {
    const memory = this.#exports.memory.buffer;
    const length = new DataView(memory).getUint32(this.#exports.STATE_SIZE.value, true);
    return new Uint8Array(memory, this.#exports.Hash_GetState(), length);
  }
}
