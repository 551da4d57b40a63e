/** What the image is, in a list: where it comes from, how large it is, what it may be used for. */
import type { Weights } from '../../images/inspection.ts';
import { formatPlatform } from '../../../../src/oci/platform.ts';
import { outsideHref } from '../addresses.ts';
import { formatsOf } from '../../images/formats.ts';
import { count, formatAge, formatBytes, formatCount, formatNumber, shortDigest, shorten } from '../format.ts';
import { Fact } from './fact.tsx';
import { Origin, Package } from './origin.tsx';
import type { ImageView } from './view.ts';

const ANNOTATION = 'org.opencontainers.image.';

export function Facts(view: ImageView) {
  const { model, image, now } = view;
  const { annotations, artifact, card, files, layers, weights } = image;
  const license =
    annotations[`${ANNOTATION}licenses`] ??
    artifact?.licenses?.join(', ') ??
    card?.license ??
    model.entry?.license;
  const revision = annotations[`${ANNOTATION}revision`];
  const source = outsideHref(annotations[`${ANNOTATION}source`]);
  const tag = model.tags.find(({ tag: name }) => name === image.reference);
  const parameters = parametersOf(weights);
  const formats = formatsOf(image);
  const pulls = model.entry?.pulls;
  return (
    <section aria-labelledby="about">
      <h2 id="about">About</h2>
      <dl class="facts">
        <Package image={image} />
        <Fact term="Size">{formatBytes(image.size)}</Fact>
        <Fact term="Files">
          {files.length > 0 ? `${formatNumber(files.length)} in ` : ''}
          {count(layers.length, 'layer')}
        </Fact>
        {parameters > 0 && <Fact term="Parameters">{formatCount(parameters)}</Fact>}
        {formats.length > 0 && <Fact term="Formats">{formats.join(', ')}</Fact>}
        <Fact term="Licence">{license === undefined ? 'not stated' : shorten(license, 80)}</Fact>
        {revision !== undefined && (
          <Fact term="Revision">
            <code title={shorten(revision)}>{shortDigest(revision)}</code>
          </Fact>
        )}
        {source !== undefined && (
          <Fact term="Source">
            <a href={source} rel="nofollow noopener noreferrer">
              {shorten(new URL(source).host + new URL(source).pathname, 60)}
            </a>
          </Fact>
        )}
        {tag !== undefined && (
          <Fact term="Published">
            <time datetime={tag.updatedAt}>{formatAge(tag.updatedAt, now)}</time>
          </Fact>
        )}
        {pulls !== undefined && <Fact term="Pulls, 30 days">{formatNumber(pulls)}</Fact>}
        {image.platforms.length > 0 && (
          <Fact term="Platforms">
            {image.platforms.map((platform) => shorten(formatPlatform(platform), 40)).join(', ')}
          </Fact>
        )}
        <Origin {...view} />
      </dl>
    </section>
  );
}

/** Of the format that most of them are in: the same weights may be there in several. */
function parametersOf(weights: readonly Weights[]): number {
  const sums = new Map<string, number>();
  for (const each of weights) {
    if ('error' in each) continue;
    // Each GGUF file is a whole model, and those beside it the same with other precision.
    const before = sums.get(each.format) ?? 0;
    sums.set(
      each.format,
      each.format === 'gguf' ? Math.max(before, each.parameters) : before + each.parameters,
    );
  }
  return Math.max(0, ...sums.values());
}
