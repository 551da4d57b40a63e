/** What the headers of a model's weights say, for the configs of artifacts. */
import pLimit from 'p-limit';

import type { ModelFacts } from '../artifacts/documents.ts';
import { readWhole } from '../formats/gguf-files.ts';
import { describeGguf } from '../formats/gguf-model.ts';
import { groupShards, type WholeGguf } from '../formats/gguf-shards.ts';
import { elementsOf, readSafetensors, type Safetensors } from '../formats/safetensors.ts';
import { runsAlone } from '../gguf/choose.ts';
import { sourceGgufs } from '../gguf/source-files.ts';
import type { Source, SourceFile } from '../hub/source.ts';

export interface WeightFacts extends ModelFacts {
  /** Keys and values of the header that are no lists, as texts; without those that are too long for a config. */
  metadata: Readonly<Record<string, string>>;
}

interface Reading {
  source: Source;
  /** Told what is wrong with a file. */
  note: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Of a model's main weights, by their names; of several models, only the format. A file that cannot be read is
 * published like any other, and said.
 * @param files those of the artifact
 */
export async function readFacts(files: readonly SourceFile[], reading: Reading): Promise<WeightFacts> {
  const nothing = { metadata: {} };
  const format = mainFormat(files);
  try {
    if (format === 'gguf') return { ...nothing, ...(await ggufFacts(files, reading)), format };
    if (format === 'safetensors') return { ...nothing, ...(await safetensorsFacts(files, reading)), format };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    reading.note(error.message);
  }
  return { ...nothing, ...(format === undefined ? {} : { format }) };
}

/** Of the files with the most bytes. */
function mainFormat(files: readonly SourceFile[]): string | undefined {
  const bytes = new Map<string, number>();
  for (const { path, size } of files) {
    const format = FORMATS.find(([name]) => name.test(path))?.[1];
    if (format !== undefined) bytes.set(format, (bytes.get(format) ?? 0) + size);
  }
  return [...bytes].toSorted(([, one], [, other]) => other - one)[0]?.[0];
}

/** In ModelPack's words, where it has one (config.md, "format"). */
const FORMATS: readonly (readonly [RegExp, string])[] = [
  [/\.gguf$/i, 'gguf'],
  [/\.safetensors$/i, 'safetensors'],
  [/\.onnx(?:[._]data)?$/i, 'onnx'],
  [/\.(?:bin|pt|pth|ckpt)$/i, 'pt'],
  [/\.tflite$/i, 'tflite'],
  [/\.(?:h5|keras)$/i, 'keras'],
];

async function ggufFacts(
  files: readonly SourceFile[],
  { source, signal }: Reading,
): Promise<Partial<WeightFacts>> {
  const [model, another] = runsAlone(groupShards(sourceGgufs(source, files, signal)));
  if (model === undefined || another !== undefined) return {};
  const whole = await readWhole(model);
  const { architecture, parameters, fileType, contextLength } = describeGguf(whole);
  return {
    parameters,
    metadata: textsOf(whole),
    ...(architecture === undefined ? {} : { architecture }),
    ...(fileType === undefined ? {} : { quantization: fileType }),
    ...(contextLength === undefined ? {} : { contextLength }),
  };
}

/** Vocabularies and other lists are left out. */
function textsOf({ metadata }: WholeGguf): Record<string, string> {
  return fitting(
    [...metadata].flatMap(([key, value]) => (typeof value === 'object' ? [] : [[key, String(value)]])),
  );
}

/** Characters of keys and values together: readers take configs of 4 MiB, some adapters say more of their training. */
const MOST_METADATA = 2 ** 20;

/** Those that there is room for, in their order. */
function fitting(texts: readonly (readonly [string, string])[]): Record<string, string> {
  let left = MOST_METADATA;
  return Object.fromEntries(
    texts.filter(([key, value]) => {
      const length = key.length + value.length;
      if (length > left) return false;
      left -= length;
      return true;
    }),
  );
}

/** Of one model: a file, or all shards `model-00001-of-00003.safetensors` of one name. */
async function safetensorsFacts(
  files: readonly SourceFile[],
  { source, signal }: Reading,
): Promise<Partial<WeightFacts>> {
  const shards = files.filter(({ path }) => /\.safetensors$/i.test(path));
  const names = new Set(shards.map(({ path }) => path.replace(/-\d{5}-of-\d{5}\.safetensors$/i, '')));
  if (names.size !== 1) return {};
  const turn = pLimit(HEADERS_AT_ONCE);
  let metadata = {};
  const read = await turn.map(shards, async (file, at) => {
    try {
      const header = await readSafetensors(rangesOf(file, source, signal));
      if (at === 0) metadata = fitting(Object.entries(header.metadata));
      return shardFacts(header);
    } catch (error) {
      throw error instanceof RangeError
        ? new RangeError(`${file.path}: ${error.message}`, { cause: error })
        : error;
    }
  });
  const [dtype, ...others] = new Set(read.flatMap(({ dtypes }) => [...dtypes]));
  return {
    parameters: read.reduce((sum, { parameters }) => sum + parameters, 0),
    metadata,
    ...(dtype === undefined || others.length > 0 ? {} : { dtype }),
  };
}

/** Each may have 25 MB. */
const HEADERS_AT_ONCE = 4;

/** What is kept of a header: little. */
function shardFacts({ tensors }: Safetensors) {
  return {
    parameters: tensors.reduce((sum, { shape }) => sum + elementsOf(shape), 0),
    dtypes: new Set(tensors.map(({ dtype }) => dtype)),
  };
}

function rangesOf(file: SourceFile, source: Source, signal: AbortSignal) {
  return {
    size: file.size,
    async read(offset: number, length: number) {
      const target = new Uint8Array(length);
      await source.read(file, offset, target, signal);
      return target;
    },
  };
}
