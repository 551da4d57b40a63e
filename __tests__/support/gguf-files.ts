/** The files of gguf-files/, which PyPI's `gguf` made (make.py), as any place has them. */
import { readFileSync } from 'node:fs';

import { rangedGguf, type GgufFile } from '../../src/formats/gguf-files.ts';

export function ggufBytes(path: string): Buffer {
  return readFileSync(new URL(`gguf-files/${path}`, import.meta.url));
}

export const SHARDS = [1, 2, 3].map((number) => `split-Q8_0-0000${number}-of-00003.gguf`);

/** Files in memory, of which the headers are read. */
export function memoryGgufs(content: Readonly<Record<string, Uint8Array>>): GgufFile[] {
  return Object.entries(content).map(([path, bytes]) =>
    rangedGguf(path, {
      size: bytes.length,
      read: async (offset, length) => bytes.subarray(offset, offset + length),
    }),
  );
}
