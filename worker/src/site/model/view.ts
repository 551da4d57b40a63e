/** What the parts of a model's page are made from. */
import type { Model, ModelImage } from '../../catalogue/model.ts';
import type { Frame } from '../layout.tsx';

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
