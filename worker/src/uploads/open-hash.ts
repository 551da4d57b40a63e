import { toHex } from '../../../src/oci/digest.ts';
import { RunningHash, type HashAlgorithm, type HashExports } from './hash.ts';
import sha256 from './sha256.wasm';
import sha512 from './sha512.wasm';

const MODULES: Record<HashAlgorithm, WebAssembly.Module> = { sha256, sha512 };

/** A new hash, or one that goes on from what `save()` gave. In workerd only, which takes WebAssembly as modules. */
export function openHash(algorithm: HashAlgorithm, state?: Uint8Array): RunningHash {
  const { exports } = new WebAssembly.Instance(MODULES[algorithm]);
  return new RunningHash(exports as unknown as HashExports, algorithm, state);
}

/** A hash by the runtime itself: five times as fast, and it cannot be saved. */
export interface NativeHash {
  /** @returns when the memory is free again */
  update(bytes: Uint8Array): Promise<void>;
  /** Ends the hash; in hex. */
  digest(): Promise<string>;
}

export function openNativeHash(algorithm: HashAlgorithm): NativeHash {
  const stream = new crypto.DigestStream(algorithm === 'sha256' ? 'SHA-256' : 'SHA-512');
  const writer = stream.getWriter();
  return {
    update: (bytes) => writer.write(bytes),
    async digest() {
      await writer.close();
      return toHex(new Uint8Array(await stream.digest));
    },
  };
}
