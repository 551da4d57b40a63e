import { formatBytes, shortDigest, shorten, count } from '../format.ts';
import type { ImageView } from './view.ts';
import type { SharedLayer } from '../../catalogue/model.ts';

const MAX_LAYERS = 60;

/** The layers, what is in each, and which other tags have them, too. */
export function Layers({ image: { layers } }: ImageView) {
  const left = layers.length - MAX_LAYERS;
  return (
    <section id="layers" aria-labelledby="layers-title">
      <h2 id="layers-title">
        Layers <span class="sum">{layers.length}</span>
      </h2>
      <ul class="layers">
        {layers.slice(0, MAX_LAYERS).map((layer) => (
          <Layer layer={layer} />
        ))}
      </ul>
      {left > 0 && <p class="nothing">and {count(left, 'layer')} more</p>}
    </section>
  );
}

function Layer({ layer: { digest, size, title, role, files, sharedWith } }: { layer: SharedLayer }) {
  const content = title ?? (files === undefined ? 'no table of contents' : count(files, 'file'));
  return (
    <li>
      <span class="path">{shorten(content, 60)}</span>
      <span class="size">{formatBytes(size)}</span>
      {role !== undefined && <span class="kind">{shorten(role, 40)}</span>}
      <code class="digest" title={digest}>
        {shortDigest(digest)}
      </code>
      {sharedWith.length > 0 && (
        <span class="shared">also in {sharedWith.map((tag) => shorten(tag, 40)).join(', ')}</span>
      )}
    </li>
  );
}
