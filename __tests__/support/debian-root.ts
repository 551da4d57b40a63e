/** A Debian root file system, out of the packages that make it up. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A C library, a shell, and programs: `/bin/sh -c 'busybox sha256sum …'`. */
const PACKAGES = ['base-files', 'libc6', 'dash', 'busybox-static'];

/** Where tests may not be left out, it has to be there. */
export function hasDebian(): boolean {
  return Boolean(process.env['AI_ACTION_REQUIRE_SERVICES']) || existsSync('/usr/bin/apt-get');
}

/** @param packages an empty folder that gets them @param root a folder that gets what is in them */
export async function unpackDebian(packages: string, root: string): Promise<void> {
  await run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', ...PACKAGES], { cwd: packages });
  const files = await readdir(packages);
  // The one that has the folders and their links comes first.
  for (const name of PACKAGES) {
    const file = files.find((one) => one.startsWith(`${name}_`));
    if (file === undefined) throw new Error(`apt-get has not brought ${name}`);
    await run('dpkg-deb', ['-x', join(packages, file), root]);
  }
}
