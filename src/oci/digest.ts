/**
 * Digests: `algorithm:encoded` (OCI image specification, descriptor.md, "Digests").
 * The two registered algorithms are accepted; everything written here is sha256.
 */
export type Digest = `sha256:${string}` | `sha512:${string}`;

const HEX_LENGTH: Record<string, number> = { sha256: 64, sha512: 128 };

/** Whether the text is a well-formed digest of a registered algorithm, in lower-case hex. */
export function isDigest(text: string): text is Digest {
  const [algorithm, hex, ...rest] = text.split(':');
  return (
    algorithm !== undefined &&
    hex !== undefined &&
    rest.length === 0 &&
    Object.hasOwn(HEX_LENGTH, algorithm) &&
    hex.length === HEX_LENGTH[algorithm] &&
    /^[0-9a-f]+$/.test(hex)
  );
}

/** @throws RangeError when the text is not a digest. */
export function parseDigest(text: string): { algorithm: 'sha256' | 'sha512'; hex: string } {
  if (!isDigest(text))
    throw new RangeError(`"${text}" is not a digest (sha256:<64 hex> or sha512:<128 hex>)`);
  const colon = text.indexOf(':');
  return { algorithm: text.slice(0, colon) as 'sha256' | 'sha512', hex: text.slice(colon + 1) };
}

/** The digest of bytes that are in memory. */
export async function digestOf(
  bytes: Uint8Array<ArrayBuffer>,
  algorithm: 'sha256' | 'sha512' = 'sha256',
): Promise<Digest> {
  const hash = await crypto.subtle.digest(algorithm === 'sha256' ? 'SHA-256' : 'SHA-512', bytes);
  return `${algorithm}:${toHex(new Uint8Array(hash))}`;
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
