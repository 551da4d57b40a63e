/** Tar archives of other programs, and broken ones. */
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeHeader } from '../../src/estargz/tar.ts';
import { tarEntries } from '../../src/reading/tar-stream.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** In pieces that fit nothing. */
async function* inPieces(bytes: Uint8Array, size = 777): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array): Promise<string[]> {
  const entries: string[] = [];
  for await (const { name, type, size, linkName, content } of tarEntries(inPieces(bytes))) {
    const pieces: Uint8Array[] = [];
    // Every second one is left where it is.
    if (entries.length % 2 === 0) for await (const piece of content) pieces.push(Uint8Array.from(piece));
    const text = Buffer.concat(pieces).toString();
    entries.push([type, name, size, linkName, text].filter((part) => part !== '').join(' '));
  }
  return entries;
}

const LONG = `${'folder/'.repeat(30)}${'n'.repeat(120)}`;

test.each(['gnu', 'pax', 'ustar'])('what GNU tar writes as %s is read', async (format) => {
  await using folder = await temporaryFolder();
  const name = format === 'ustar' ? LONG.slice(0, 180) : LONG;
  mkdirSync(join(folder.path, name, '..'), { recursive: true });
  writeFileSync(join(folder.path, name), 'long');
  writeFileSync(join(folder.path, 'z'), 'short');
  const names = [name, 'z'];
  const bytes = execFileSync('tar', [`--format=${format}`, '-c', '-C', folder.path, ...names]);
  expect(await read(bytes)).toEqual([`reg ${name} 4 long`, 'reg z 5']);
});

/** Of a file of 10 bytes. */
const header = (): Uint8Array<ArrayBuffer> => encodeHeader({ path: 'a', type: 'file', size: 10 });

test('sizes in binary are read, as GNU tar writes them from 8 GiB on', async () => {
  const block = header();
  block.fill(0, 124, 136);
  block[124] = 0x80;
  block[135] = 10;
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  new TextEncoder().encodeInto(`${sum.toString(8).padStart(6, '0')}\0 `, block.subarray(148));
  const archive = Buffer.concat([block, Buffer.from('0123456789'.padEnd(512, '\0')), Buffer.alloc(1024)]);
  expect(await read(archive)).toEqual(['reg a 10 0123456789']);
});

test.each<[string, Uint8Array, string]>([
  ['ends within a file', Buffer.concat([header(), Buffer.alloc(5)]), 'cut off'],
  ['ends within a header', header().subarray(0, 300), 'cut off'],
  ['is something else', Buffer.alloc(512, 'x'), 'not octal'],
  ['has a damaged header', header().with(0, 98), 'wrong checksum'],
])('an archive that %s is refused', async (_, bytes, message) => {
  await expect(read(bytes)).rejects.toThrow(message);
});

test('an archive may lack its end, and have anything behind it', async () => {
  const one = Buffer.concat([header(), Buffer.alloc(512, '0123456789')]);
  expect(await read(one)).toHaveLength(1);
  expect(await read(Buffer.concat([one, Buffer.alloc(1024), Buffer.alloc(999, 'x')]))).toHaveLength(1);
});
