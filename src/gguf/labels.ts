/** GGUF Packer's labels of an image: what its model is, for whoever looks at the image's config. */
import { formatBitsPerWeight, formatParameters, type GgufModel } from '../formats/gguf-model.ts';

type Labels = Readonly<Record<string, string>>;

/** Of the main models of an image; of several, what they agree in. */
export function ggufLabels(models: readonly GgufModel[]): Labels {
  const [first, ...others] = models.filter(({ role }) => role === 'model').map(labelsOf);
  if (first === undefined) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );
}

function labelsOf(model: GgufModel): Labels {
  const { architecture, parameters, bitsPerWeight, fileType } = model;
  const { name, author, url, description, license } = model;
  const labels: Record<string, string | undefined> = {
    architecture,
    parameters: formatParameters(parameters),
    bpw: bitsPerWeight === undefined ? undefined : formatBitsPerWeight(bitsPerWeight),
    filetype: fileType,
    name,
    authors: author,
    url,
    description,
    licenses: license,
    vendor: 'ai-action',
    usage: 'text-to-text',
  };
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) =>
      value === undefined ? [] : [[`gguf.model.${key}`, value]],
    ),
  );
}
