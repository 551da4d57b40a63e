/** Tar archives of any entries, also of those that no program writes. */
import { gzipSync } from 'node:zlib';

import { digest } from './registry-stand-in.ts';
import { TYPE, type StandInLayer } from './stand-in-images.ts';

export interface RawEntry {
  name: string;
  /** Type flag; `0`, a file, where it is left out. */
  type?: string;
  linkName?: string;
  content?: string | Uint8Array;
  /** Default: 0644. */
  mode?: number;
  /** What the header says instead of the content's length. */
  size?: number;
}

/** A layer without a table of contents. */
export function tarLayer(entries: readonly RawEntry[]): StandInLayer {
  const archive = Buffer.concat([...entries.map(encode), Buffer.alloc(1024)]);
  return { blob: gzipSync(archive), mediaType: TYPE.gzip, annotations: {}, diffId: digest(archive) };
}

function encode({ name, type = '0', linkName = '', content = '', size, mode = 0o644 }: RawEntry): Buffer {
  const header = Buffer.alloc(512);
  const bytes = Buffer.from(content);
  const { length } = bytes;
  header.write(name, 0);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write(`${(size ?? length).toString(8).padStart(11, '0')}\0`, 124);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write(linkName, 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (length % 512)) % 512)]);
}
