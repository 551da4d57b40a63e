/** The import hook of the registry that serves: asks it to fetch an image, and follows that to its end (docs/imports.md). */
import { UserError } from '../errors.ts';
import { HttpError } from '../http/http-error.ts';
import { pause } from '../http/pause.ts';
import { retry } from '../http/retry.ts';
import { isTransient } from '../http/transient.ts';
import { BadAnswer } from '../registry/errors.ts';
import { readBody, readExcerpt } from '../registry/transport.ts';
import { explainHook, failedImport, stalled, supersededBy } from './explain.ts';
import { ImportStatus, type Hook, type ImportedBytes, type ImportOrder } from './hook.ts';
import type { Proof } from './proof.ts';

/** Of 2,500 blobs, and more. */
const MAX_STATUS = 4 * 1024 * 1024;
/** Seconds between two looks at an import: soon at first, since a small one takes no longer. */
const FIRST_LOOK = 0.25;
const LOOK_EVERY = 2;

/**
 * Asks for an import and waits for its end; one that is on its way is joined, one that is done costs one request.
 * @param onBytes told after each look
 * @throws RegistryError where it is refused or fails, and where it stands still
 */
export async function importTag(
  hook: Hook,
  order: ImportOrder,
  onBytes: (bytes: ImportedBytes) => void,
): Promise<void> {
  let status = await ask(hook, order, 'POST');
  let moved = performance.now();
  for (let wait = FIRST_LOOK; ; wait = Math.min(wait * 2, LOOK_EVERY)) {
    if (status.digest !== order.digest) throw supersededBy(status.digest, hook, order);
    onBytes(status.bytes);
    if (status.state === 'done') return;
    if (status.state === 'failed') throw failedImport(status.error, hook, order);
    if (performance.now() - moved > hook.patience.standstill * 1000) throw stalled(status, hook, order);
    await pause(wait, hook.signal);
    const next = await ask(hook, order, 'GET');
    if (next.updatedAt !== status.updatedAt || next.state !== status.state) moved = performance.now();
    status = next;
  }
}

async function ask(hook: Hook, order: ImportOrder, method: 'POST' | 'GET'): Promise<ImportStatus> {
  const { prove, patience, signal, onWait } = hook;
  let proof: Proof | undefined;
  try {
    return await retry(
      async () => {
        proof = await prove();
        return exchange(hook, order, { method, proof });
      },
      { ...patience.retry, signal, onWait, retryable },
    );
  } catch (error) {
    signal?.throwIfAborted();
    // Proof that could not be had has been explained.
    throw error instanceof UserError ? error : explainHook(error, hook, { order, proof: proof?.kind });
  }
}

function retryable(error: unknown): boolean {
  return !(error instanceof UserError) && isTransient(error);
}

async function exchange(
  { origin, transport, patience }: Hook,
  { repository, tag, digest, upstream }: ImportOrder,
  { method, proof }: { method: 'POST' | 'GET'; proof: Proof | undefined },
): Promise<ImportStatus> {
  const url = new URL(`/v2/${repository}/manifests/${tag}/_import`, origin);
  const headers = {
    accept: 'application/json',
    ...(proof === undefined ? {} : { authorization: proof.authorization }),
  };
  const request =
    method === 'GET'
      ? { method, url, headers }
      : {
          method,
          url,
          headers: { ...headers, 'content-type': 'application/json' },
          body: new TextEncoder().encode(JSON.stringify({ ...upstream, digest })),
        };
  const answer = await transport.exchange({ ...request, patience: patience.silence });
  if (answer.status !== 200 && answer.status !== 202) {
    const body = await readExcerpt(answer, 4096);
    throw new HttpError({ method, url, status: answer.status, headers: answer.headers, body });
  }
  return parseStatus(new TextDecoder().decode(await readBody(answer, MAX_STATUS)));
}

/** @throws BadAnswer */
function parseStatus(text: string): ImportStatus {
  try {
    return ImportStatus.parse(JSON.parse(text));
  } catch {
    throw new BadAnswer('it does not answer as an import hook does', {
      hint: 'Check that --import-url leads to an ai-action registry, and not to a sign-in page or a proxy.',
    });
  }
}
