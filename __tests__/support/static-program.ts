/** A program that needs nothing of an image but itself: what a base image has that is as small as can be. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SOURCE = join(import.meta.dirname, 'static-program', 'main.go');

/** Of this machine, as an index names it. */
export const MACHINE = process.arch === 'x64' ? 'amd64' : process.arch;

/** @param folder where it is built */
export async function staticProgram(folder: string): Promise<Buffer> {
  const program = join(folder, 'program');
  const env = { ...process.env, CGO_ENABLED: '0' };
  await promisify(execFile)('go', ['build', '-ldflags=-s -w', '-o', program, SOURCE], { env });
  return readFile(program);
}
