/** What to paste, for each way to use an image of a model. */
import { isDigest } from '../../../../src/oci/digest.ts';
import { copyInstruction } from '../../../../src/dockerfile/copy-instruction.ts';

export interface Use {
  /** As the builder reaches the registry: host[:port]. */
  host: string;
  name: string;
  /** A tag or digest. */
  reference: string;
  /** The file that was chosen; undefined where the image has none that is known. */
  path?: string;
  /** Layers are compressed archives, which not every tool unpacks. */
  isCompressed?: boolean;
}

export interface Snippet {
  /** Of letters and dashes. */
  id: string;
  label: string;
  text: string;
  /** What it does, in a sentence. */
  note: string;
}

const FOLDER = '/models/';

export function imageSnippets(use: Use): Snippet[] {
  return [...fileInDockerfile(use), modelInDockerfile(use), ...volumeAndPulls(use), lazyBuild(use)];
}

export function imageOf({ host, name, reference }: Use): string {
  return `${host}/${name}${isDigest(reference) ? '@' : ':'}${reference}`;
}

/** The line of a Dockerfile for the chosen file, or for all files where none is. */
export function copyInto(use: Use): string {
  return copyInstruction(imageOf(use), use.path ?? '', FOLDER, ['--link']);
}

export function fileInDockerfile(use: Use): Snippet[] {
  if (use.path === undefined) return [];
  const note = 'One file, into /models. Builders that pull lazily fetch this file and nothing else.';
  return [{ id: 'file', label: 'Dockerfile, one file', text: copyInto(use), note }];
}

function modelInDockerfile({ host, name, reference }: Use): Snippet {
  return {
    id: 'model',
    label: 'Dockerfile, all files',
    text: copyInto({ host, name, reference }),
    note: 'The whole model, into /models.',
  };
}

function volumeAndPulls(use: Use): Snippet[] {
  const { path } = use;
  const image = imageOf(use);
  return [
    {
      id: 'kubernetes',
      label: 'Kubernetes',
      text: podOf(use),
      note: `The model as a read-only volume${path === undefined ? '' : `, with the file at ${FOLDER}${path}`}. Image volumes are on from Kubernetes 1.35, and a feature gate before.`,
    },
    {
      id: 'docker',
      label: 'docker pull',
      text:
        path === undefined
          ? `docker pull ${image}`
          : `docker pull ${image}\ndocker cp "$(docker create ${image} -)":${quoted(`/${path}`)} .`,
      note: 'Pulls the whole image; the second line copies the file out of it.',
    },
    filePull(use),
  ];
}

export function filePull(use: Use): Snippet {
  const path = use.path === undefined ? '' : `${quoted(literal(use.path))} `;
  return {
    id: 'pull',
    label: 'ai-action pull',
    text: `npx github:depot/ai-action pull ${imageOf(use)} ${path}--output models`,
    note: 'Needs no Docker: fetches the file by ranges, verifies it, and goes on where it was stopped.',
  };
}

function podOf(use: Use): string {
  const args = use.path === undefined ? '' : `\n      args: [${JSON.stringify(FOLDER + use.path)}]`;
  return `apiVersion: v1
kind: Pod
metadata:
  name: with-model
spec:
  containers:
    - name: app
      image: your/app${args}
      volumeMounts:
        - name: model
          mountPath: ${FOLDER.slice(0, -1)}
          readOnly: true
  volumes:
    - name: model
      image:
        reference: ${imageOf(use)}
        pullPolicy: IfNotPresent`;
}

function lazyBuild(use: Use): Snippet {
  const network = isLoopback(use.host) ? ' --driver-opt network=host' : '';
  return {
    id: 'stargz',
    label: 'buildx, lazily',
    text: `docker buildx create --name lazy --driver docker-container${network} \\
  --buildkitd-flags '--oci-worker-snapshotter=stargz'
docker buildx build --builder lazy --output models - <<'END'
FROM scratch
${copyInto(use)}
END`,
    note: 'A builder with the stargz snapshotter fetches the chunks that are read, instead of whole layers.',
  };
}

/** Docker speaks plain HTTP to such a host without being told; other clients do not. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$/.test(host);
}

/** Where a word of `ai-action pull` would be a pattern: the very file, from the root on. */
function literal(path: string): string {
  return /[*?[{]/.test(path) ? `/${path.replaceAll(/[*?[\]{}()!+@|\\]/g, String.raw`\$&`)}` : path;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./+:@,-]+$/.test(text) && !text.startsWith('-')
    ? text
    : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
