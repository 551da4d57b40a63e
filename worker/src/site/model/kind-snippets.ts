/** What to paste for each kind of image or artifact. */
import type { Kind } from '../../images/kind.ts';
import {
  fileInDockerfile,
  filePull,
  imageOf,
  imageSnippets,
  isLoopback,
  type Snippet,
  type Use,
} from './snippets.ts';

const SNIPPETS: Readonly<Record<Kind, (use: Use) => Snippet[]>> = {
  image: imageSnippets,
  container: (use) => [...runs(use), ...fileInDockerfile(use)],
  modelkit: (use) => [...kit(use), filePull(use)],
  // modctl unpacks raw files and plain archives alone; what it builds itself, kit does not take for a ModelKit.
  modelpack: (use) => [...(use.isCompressed === true ? kit(use) : [modctl(use)]), filePull(use)],
  'docker-model': (use) => [modelRunner(use), filePull(use)],
  artifact: (use) => [oras(use), filePull(use)],
};

/** What most of its readers use comes first. */
export function snippetsOf(kind: Kind, use: Use): Snippet[] {
  return SNIPPETS[kind](use);
}

function runs(use: Use): Snippet[] {
  const image = imageOf(use);
  return [
    {
      id: 'run',
      label: 'docker run',
      text: `docker run --rm -it ${image}`,
      note: 'The base with the model’s files in it, for each platform of the base.',
    },
    {
      id: 'kubernetes',
      label: 'Kubernetes',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: model
spec:
  containers:
    - name: model
      image: ${image}`,
      note: 'The model comes with the container: no volume, and nothing to fetch at its start.',
    },
    {
      id: 'from',
      label: 'Dockerfile, on top of it',
      text: `FROM ${image}`,
      note: 'Your own program above base and model.',
    },
  ];
}

function kit(use: Use): Snippet[] {
  const reference = `${plainHttp(use)}${imageOf(use)}`;
  return [
    {
      id: 'kit',
      label: 'kit unpack',
      text: `kit unpack ${reference} -d .`,
      note: 'KitOps: all of the ModelKit, into this folder. It overwrites nothing unless told to with -o.',
    },
    {
      id: 'kit-model',
      label: 'kit unpack, the model',
      text: `kit unpack ${reference} --filter=model -d .`,
      note: 'The model without datasets, code and documents: their layers are not fetched.',
    },
  ];
}

function modctl(use: Use): Snippet {
  return {
    id: 'modctl',
    label: 'modctl pull',
    text: `modctl pull ${plainHttp(use)}${imageOf(use)} --extract-from-remote --extract-dir .`,
    note: 'The files into this folder, with nothing kept of them in modctl’s own store.',
  };
}

function modelRunner(use: Use): Snippet {
  const image = imageOf(use);
  return {
    id: 'model-runner',
    label: 'docker model',
    text: `docker model pull ${image}\ndocker model run ${image}`,
    note: 'Docker Model Runner pulls it and serves it; the second line talks to it.',
  };
}

function oras(use: Use): Snippet {
  return {
    id: 'oras',
    label: 'oras pull',
    text: `oras pull ${plainHttp(use)}${imageOf(use)}`,
    note: 'Its layers as files, into this folder.',
  };
}

function plainHttp({ host }: Use): string {
  return isLoopback(host) ? '--plain-http ' : '';
}
