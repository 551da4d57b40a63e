/** What configs say of the layers' uncompressed bytes. */
import { isDigest, type Digest } from '../oci/digest.ts';

/**
 * The diffIDs of a manifest's layers, as its config has them: in a list as long as the layers (images, and ModelPack's
 * `modelfs`), or beside each layer's digest (the Kitfile of a ModelKit). Undefined for a layer of which it says none.
 * @throws RangeError where the list is of other layers
 */
export function diffIdsOf(config: unknown, layers: readonly Digest[]): (Digest | undefined)[] {
  const listed = field(field(config, 'rootfs'), 'diff_ids') ?? field(field(config, 'modelfs'), 'diffIds');
  if (listed === undefined) {
    const pairs = new Map(pairsIn(config));
    return layers.map((digest) => pairs.get(digest));
  }
  if (!Array.isArray(listed) || !listed.every((id): id is Digest => typeof id === 'string' && isDigest(id))) {
    throw new RangeError('has diffIDs that are no digests');
  }
  if (listed.length !== layers.length) {
    throw new RangeError(`has ${listed.length} diffIDs, its manifest ${layers.length} layers`);
  }
  return listed;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function* pairsIn(config: unknown): Generator<[string, Digest]> {
  const values = [config];
  for (let value = values.pop(); values.length > 0 || value !== undefined; value = values.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const [digest, diffId] = [field(value, 'digest'), field(value, 'diffId')];
    if (typeof digest === 'string' && typeof diffId === 'string' && isDigest(diffId)) yield [digest, diffId];
    values.push(...Object.values(value));
  }
}
