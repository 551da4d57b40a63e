/** The registry that imports what is pushed, from the options. */
import { UsageError } from '../errors.ts';
import { fetchOidcToken, oidcRequestOf } from '../github/oidc.ts';
import type { Wait } from '../http/retry.ts';
import { parseImportUrl } from '../imports/import-url.ts';
import { openImporter, type Importer } from '../imports/open-importer.ts';
import { openProof, type ProofOptions } from '../imports/proof.ts';
import type { Destination } from '../publish/target.ts';
import { dockerCredentials } from '../registry/docker-credentials.ts';
import type { Io } from './io.ts';
import type { PublishOptions } from './options.ts';

export type ImportOptions = Pick<PublishOptions, 'importUrl' | 'importToken' | 'insecure'>;

/**
 * @param pushed where the images are pushed to
 * @returns undefined without `--import-url`
 * @throws UsageError where that is wrong
 */
export function connectImporter(
  { importUrl, importToken, insecure = false }: ImportOptions,
  pushed: Destination,
  { env, signal, mask }: Io,
  onWait: (wait: Wait) => void,
): Importer | undefined {
  if (importUrl === undefined) return undefined;
  const place = parseImportUrl(importUrl, { insecure });
  if (place.host === pushed.host && place.prefix === pushed.prefix) {
    throw new UsageError(`--import-url ${importUrl} is where --registry pushes to`, {
      hint: 'Leave --import-url out, or push to another registry, from which this one imports.',
    });
  }
  const request = oidcRequestOf(env);
  const oidcToken: ProofOptions['oidcToken'] =
    request && ((audience) => fetchOidcToken(request, audience, { mask, signal, onWait }));
  const prove = openProof({
    host: place.host,
    token: importToken ?? env['AI_ACTION_IMPORT_TOKEN'],
    oidcToken,
    docker: dockerCredentials(env),
  });
  return openImporter({ place, prove, signal, onWait });
}
