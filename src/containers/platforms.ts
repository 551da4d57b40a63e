/** A base on some of its platforms. */
import { formatPlatform } from '../oci/platform.ts';
import type { Base } from './base.ts';
import { ContainerError } from './container-error.ts';

/**
 * The base on the wanted platforms alone, in its own order.
 * @param wanted `linux/amd64`, `linux/arm/v7`; a name without variant stands for all variants
 * @throws ContainerError where it lacks one of them
 */
export function onPlatforms(base: Base, wanted: readonly string[]): Base {
  const names = base.images.map(({ platform }) => formatPlatform(platform));
  const missing = wanted.filter((one) => !names.some((name) => isMeant(name, one)));
  if (missing.length > 0) {
    throw new ContainerError(
      `The base ${base.name} is not there for ${missing.join(', ')}.`,
      `It is there for ${names.join(', ')}.`,
    );
  }
  const images = base.images.filter((_, at) => wanted.some((one) => isMeant(names[at] ?? '', one)));
  return { ...base, images };
}

function isMeant(name: string, wanted: string): boolean {
  return name === wanted || name.startsWith(`${wanted}/`);
}
