/** The licences of what dist/ bundles, read out of the packages that the bundlers say they took. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface PackageJson {
  name: string;
  version: string;
  license?: string;
}

/** `./node_modules/@scope/name/x.js` → `@scope/name`; undefined for our own files. */
export function packageOf(file: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}

/**
 * @param files paths of bundled files, from any bundler.
 * @throws Error for a package that states no licence: its terms would be unknown.
 */
export function licenseText(root: string, files: Iterable<string>): string {
  const names = new Set([...files].flatMap((file) => packageOf(file) ?? []));
  const parts = [...names].toSorted().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as PackageJson;
    const texts = readdirSync(folder).filter((file) => /^(licen[sc]e|copying|notice)/i.test(file));
    if (license === undefined) throw new Error(`${name} states no licence`);
    const terms = texts.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return [`${name} ${version} (${license})`, ...terms].join('\n\n');
  });
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
