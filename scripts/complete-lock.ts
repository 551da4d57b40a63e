/**
 * Adds to package-lock.json the packages of other platforms that npm left out. A mirror may lack them: `npm install`
 * then drops them without a word, and `npm ci` refuses the lock file for it, here and everywhere else. Run it after
 * every `npm install`; a test holds that nothing is missing.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  version?: string;
  cpu?: string[];
  dev?: boolean;
  libc?: string[];
  optional?: boolean;
  os?: string[];
  optionalDependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<string, LockedPackage>;
}

export interface Missing {
  name: string;
  version: string;
  /** Whether what asks for it is needed for development only. */
  dev: boolean;
}

/** Optional dependencies of an exact version that the lock file does not list. */
export function missingPackages({ packages }: Lock): Missing[] {
  return Object.values(packages).flatMap(({ optionalDependencies = {}, dev = false }) =>
    Object.entries(optionalDependencies)
      .filter(([name, version]) => /^\d+\.\d+\.\d+/.test(version) && !(`node_modules/${name}` in packages))
      .map(([name, version]) => ({ name, version, dev })),
  );
}

/** Which platforms a package is for does not change between its versions: any that the mirror has will tell. */
function platformOf(name: string): Pick<LockedPackage, 'cpu' | 'libc' | 'os'> {
  const output = execFileSync('npm', ['view', name, 'cpu', 'libc', 'os', '--json'], { encoding: 'utf8' });
  const { cpu, libc, os } = JSON.parse(output) as LockedPackage;
  return { ...(cpu && { cpu }), ...(libc && { libc }), ...(os && { os }) };
}

if (process.argv[1] === import.meta.filename) {
  const path = join(import.meta.dirname, '..', 'package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock;
  for (const { name, version, dev } of missingPackages(lock)) {
    const { cpu, libc, os } = platformOf(name);
    if (!cpu && !os) throw new Error(`${name} names no platform: it must be installed, not listed`);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu && { cpu }),
      ...(dev && { dev }),
      ...(libc && { libc }),
      optional: true,
      ...(os && { os }),
    };
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en')),
  );
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
