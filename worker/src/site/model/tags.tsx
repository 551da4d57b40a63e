import type { ModelTag } from '../../catalogue/entry.ts';
import { Copyable } from '../copyable.tsx';
import { compareHref, imageHref } from '../addresses.ts';
import { count, formatAge, shortDigest, shorten } from '../format.ts';
import type { ImageView } from './view.ts';

const MAX_TAGS = 50;

/** The tags with their digests, each of which has a page and can be compared with the one that is shown. */
export function Tags(view: ImageView) {
  const { tags } = view.model;
  const left = tags.length - MAX_TAGS;
  return (
    <section id="tags" aria-labelledby="tags-title">
      <h2 id="tags-title">
        Tags <span class="sum">{tags.length}</span>
      </h2>
      <ul class="tags">
        {tags.slice(0, MAX_TAGS).map((tag) => (
          <Tag view={view} tag={tag} />
        ))}
      </ul>
      {left > 0 && <p class="nothing">and {count(left, 'tag')} more</p>}
      <Copyable id="digest" label="The digest of this image" text={view.image.digest} />
    </section>
  );
}

function Tag({
  view: { model, image, now },
  tag: { tag, digest, updatedAt },
}: {
  view: ImageView;
  tag: ModelTag;
}) {
  const isShown = tag === image.reference;
  return (
    <li>
      <a href={imageHref(model.name, { reference: tag })} {...(isShown && { 'aria-current': 'page' })}>
        {shorten(tag, 60)}
      </a>
      <time datetime={updatedAt}>{formatAge(updatedAt, now)}</time>
      <a class="digest" href={imageHref(model.name, { reference: digest })} title={digest}>
        {shortDigest(digest)}
      </a>
      {digest !== image.digest && (
        <a
          class="compare"
          href={compareHref(model.name, tag, image.reference)}
          aria-label={`Compare with ${tag}`}
        >
          compare
        </a>
      )}
    </li>
  );
}
