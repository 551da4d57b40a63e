/** `/<owner>/<model>`: what to paste, what is in it, and what its author says of it. */
import type { Model, ModelImage } from '../../catalogue/model.ts';
import { Layout, type Frame } from '../layout.tsx';
import { Card } from './card.tsx';
import { Facts } from './facts.tsx';
import { Files } from './files.tsx';
import { Imports } from './imports.tsx';
import { Layers } from './layers.tsx';
import { Tags } from './tags.tsx';
import { Title } from './title.tsx';
import { Use } from './use.tsx';
import { WeightsView } from './weights.tsx';

export interface ModelView {
  frame: Frame;
  model: Model;
  /** What the address asks for; undefined for the shown tag. */
  reference?: string;
  /** The path of the file to copy. */
  file?: string;
  /** The path of the folder that is looked into. */
  folder?: string;
  /** Milliseconds since the epoch. */
  now: number;
}

export interface ImageView extends ModelView {
  image: ModelImage;
}

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
        <Files {...view} />
        {image.weights.length > 0 && <WeightsView weights={image.weights} />}
        {image.card !== undefined && <Card {...view} card={image.card} />}
      </div>
      <div class="side">
        <Facts {...view} />
        <Tags {...view} />
        <Layers {...view} />
      </div>
    </div>
  );
}
