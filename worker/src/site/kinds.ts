import type { Kind } from '../images/kind.ts';

const NAMES: Readonly<Record<Kind, string>> = {
  image: 'Image',
  container: 'Container',
  modelkit: 'ModelKit',
  modelpack: 'ModelPack',
  'docker-model': 'Docker model',
  artifact: 'Artifact',
};

/** As the pages call it. */
export function kindName(kind: Kind): string {
  return NAMES[kind];
}
