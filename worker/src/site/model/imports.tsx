/** Imports that are on their way, and those that failed. */
import type { Model } from '../../catalogue/model.ts';
import type { ImportRecord } from '../../imports/record.ts';
import { isUnfinished } from '../../imports/record.ts';
import { formatBytes, shorten } from '../format.ts';

/** The script looks again while one is on its way. */
export function Imports({ model: { imports } }: { model: Model }) {
  if (imports.length === 0) return <></>;
  const isOnItsWay = imports.some(isUnfinished);
  return (
    <section
      id="imports"
      class="imports"
      aria-labelledby="imports-title"
      data-live
      {...(isOnItsWay && { 'data-again': true })}
    >
      <h2 id="imports-title">{isOnItsWay ? 'An import is on its way' : 'The last import failed'}</h2>
      {imports.map((record) =>
        isUnfinished(record) ? <Running record={record} /> : <Failed record={record} />,
      )}
    </section>
  );
}

function Running({ record: { reference, state, upstream, bytes, blobs } }: { record: ImportRecord }) {
  const done = blobs.filter(({ state: each }) => each === 'done' || each === 'present').length;
  const share = bytes.total === 0 ? 0 : Math.min(100, Math.floor((100 * bytes.done) / bytes.total));
  const label = `Import of ${reference}`;
  return (
    <div>
      <p>
        <strong>{shorten(reference, 80)}</strong> from{' '}
        {shorten(`${upstream.registry}/${upstream.repository}`, 200)}:{' '}
        {state === 'queued' || bytes.total === 0
          ? 'about to begin'
          : `${formatBytes(bytes.done)} of ${formatBytes(bytes.total)}, ${done} of ${blobs.length} blobs`}
      </p>
      <progress max="100" value={share} aria-label={label}>
        {share} %
      </progress>
    </div>
  );
}

function Failed({ record: { reference, error } }: { record: ImportRecord }) {
  return (
    <p class="warning">
      <strong>{shorten(reference, 80)}</strong>: {shorten(error?.message ?? 'it failed', 400)}{' '}
      {error?.hint && shorten(error.hint, 400)}
    </p>
  );
}
