/** `/<owner>/<model>`: what to paste, what is in it, and what its author says of it. */
import { Layout } from '../layout.tsx';
import { Card } from './card.tsx';
import { Facts } from './facts.tsx';
import { Files } from './files.tsx';
import { Forms } from './forms.tsx';
import { Imports } from './imports.tsx';
import { Layers } from './layers.tsx';
import { Tags } from './tags.tsx';
import { Title } from './title.tsx';
import { Use } from './use.tsx';
import type { ImageView, ModelView } from './view.ts';
import { WeightsView } from './weights.tsx';

export function ModelPage(view: ModelView) {
  const { frame, model } = view;
  const { image } = model;
  return (
    <Layout frame={frame} title={model.name}>
      <Title {...view} />
      <Imports model={model} />
      {image === undefined ? (
        <p class="nothing">
          Nothing can be pulled yet. What this model is appears here when its first import has finished.
        </p>
      ) : (
        <Image {...view} image={image} />
      )}
    </Layout>
  );
}

function Image(view: ImageView) {
  const { image } = view;
  return (
    <div class="columns">
      <div class="content">
        <Use {...view} />
        <Forms {...view} />
        <Files {...view} />
        {image.weights.length > 0 && <WeightsView weights={image.weights} />}
      </div>
      <div class="side">
        <Facts {...view} />
        <Tags {...view} />
        <Layers {...view} />
      </div>
      {image.card !== undefined && <Card {...view} card={image.card} />}
    </div>
  );
}
