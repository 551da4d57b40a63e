import { RunningHash, type HashAlgorithm, type HashExports } from './hash.ts';
import sha256 from './sha256.wasm';
import sha512 from './sha512.wasm';

const MODULES: Record<HashAlgorithm, WebAssembly.Module> = { sha256, sha512 };

/** A new hash, or one that goes on from what `save()` gave. In workerd only, which takes WebAssembly as modules. */
export function openHash(algorithm: HashAlgorithm, state?: Uint8Array): RunningHash {
  const { exports } = new WebAssembly.Instance(MODULES[algorithm]);
  return new RunningHash(exports as unknown as HashExports, algorithm, state);
}
