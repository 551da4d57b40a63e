import { SettingsError, type Settings } from '../settings.ts';

/**
 * What the answer to the start of an upload says of the largest body that gets through. There is no header for it in
 * the distribution specification; this one is proposed there, and some registries and clients know it.
 * @see https://github.com/opencontainers/distribution-spec/issues/485
 * @throws SettingsError
 */
export function bodyLimitHeader({ MAX_REQUEST_BODY: setting }: Settings): Record<string, string> {
  if (setting === undefined || setting === '') return {};
  if (/^[1-9]\d{0,14}$/.test(`${setting}`)) return { 'OCI-Chunk-Max-Length': `${setting}` };
  throw new SettingsError('MAX_REQUEST_BODY is not a number of bytes');
}
