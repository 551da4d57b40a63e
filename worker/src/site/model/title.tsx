import { ModelName } from '../list/models.tsx';
import { shorten } from '../format.ts';
import { kindName } from '../kinds.ts';
import type { ModelView } from './view.ts';

/** The model's name, and in words what kind of model it is. */
export function Title({ model: { name, entry, image } }: ModelView) {
  const card = image?.card;
  const task = card?.task ?? entry?.task;
  const library = card?.library ?? entry?.library;
  const kind = image === undefined || image.kind === 'image' ? undefined : kindName(image.kind);
  const words = [kind, task?.replaceAll('-', ' '), library].filter((word) => word !== undefined);
  return (
    <div class="title">
      <h1>
        <ModelName name={name} />
      </h1>
      {words.length > 0 && <p>{words.map((word) => shorten(word, 60)).join(' · ')}</p>}
    </div>
  );
}
