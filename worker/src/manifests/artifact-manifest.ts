/** Manifests of artifacts, as they were pushed. */
import type { Annotations, Descriptor, Manifest } from '../../../src/oci/descriptor.ts';

/**
 * Its descriptors were checked when it was accepted (accept.ts). Annotations were not: what is no text is left out.
 * @param bytes of a manifest that this registry has
 */
export function parseArtifactManifest(bytes: Uint8Array): Manifest {
  const pushed = JSON.parse(new TextDecoder().decode(bytes)) as Manifest & { layers?: Manifest['layers'] };
  return {
    ...withTexts(pushed),
    config: withTexts(pushed.config),
    layers: (pushed.layers ?? []).map((layer): Descriptor => withTexts(layer)),
  };
}

function withTexts<T extends { annotations?: Annotations }>({ annotations, ...rest }: T): T {
  const said: unknown = annotations;
  const isObject = typeof said === 'object' && said !== null && !Array.isArray(said);
  return { ...rest, ...(isObject ? { annotations: texts(said) } : {}) } as T;
}

function texts(said: object): Annotations {
  return Object.fromEntries(
    Object.entries(said).filter((one): one is [string, string] => typeof one[1] === 'string'),
  );
}
