/** What an artifact says of itself, and what an image or artifact was made of. */
import { isDigest } from '../../../../src/oci/digest.ts';
import { imageHref } from '../addresses.ts';
import { shortDigest, shorten } from '../format.ts';
import { Fact } from './fact.tsx';
import type { ImageView } from './view.ts';

export function Package({ image: { artifact } }: Pick<ImageView, 'image'>) {
  if (artifact === undefined) return <></>;
  const { name, version, description, authors, modelReference } = artifact;
  const title = [name, version].filter((part) => part !== undefined).join(' ');
  return (
    <>
      {title !== '' && <Fact term="Name">{shorten(title, 100)}</Fact>}
      {description !== undefined && <Fact term="Description">{shorten(description, 300)}</Fact>}
      {authors !== undefined && <Fact term="Authors">{shorten(authors.join(', '), 200)}</Fact>}
      {modelReference !== undefined && (
        <Fact term="Model">
          that of <code>{shorten(modelReference, 200)}</code>
        </Fact>
      )}
    </>
  );
}

export function Origin({ model, image: { reference, of, base } }: ImageView) {
  return (
    <>
      {/* It stands in no list of tags. */}
      {of !== undefined && !isDigest(reference) && <Fact term="Tag">{reference}</Fact>}
      {of !== undefined && (
        <Fact term="Layers of">
          <a href={imageHref(model.name, { reference: of.tag })}>{shorten(of.tag, 60)}</a>{' '}
          <code title={of.digest}>{shortDigest(of.digest)}</code>
        </Fact>
      )}
      {base !== undefined && (
        <Fact term="Base">
          {base.name !== undefined && shorten(base.name, 200)}{' '}
          {base.digest !== undefined && <code>{base.digest}</code>}
        </Fact>
      )}
    </>
  );
}
