/** What the GGUF files of an image are, as text. */
import { formatBitsPerWeight, formatParameters, type GgufModel } from '../formats/gguf-model.ts';
import type { GgufRole } from '../formats/gguf-role.ts';
import type { ReadModels } from '../gguf/read-models.ts';
import { count, formatBytes } from '../report/format.ts';
import { printable } from '../report/printable.ts';
import { formatTable } from '../report/table.ts';

const ROLE_WORDS: Readonly<Record<GgufRole, string>> = {
  model: 'main model',
  drafter: 'drafter',
  projector: 'multimodal projector',
  adapter: 'LoRA adapter',
  other: 'no model that llama.cpp runs',
};

/** Characters of a chat template that are shown; --json has all. */
const SHOWN = 60;

/** A section for each model. */
export function ggufSections({ models, broken }: ReadModels): string[][] {
  return [...models.map(modelLines), broken.map((why) => printable(why))];
}

function modelLines(model: GgufModel): string[] {
  const { path, files, size, role } = model;
  const shards = files === 1 ? '' : ` in ${count(files, 'shard')}`;
  const rows = factsOf(model).flatMap(([name, value]) =>
    value === undefined ? [] : [[`  ${name}`, printable(value)]],
  );
  return [`${printable(path)}: ${ROLE_WORDS[role]}, ${formatBytes(size)}${shards}`, formatTable(rows)];
}

function factsOf(model: GgufModel): [string, string | undefined][] {
  const { tensors, parameters, bitsPerWeight, contextLength, embeddingLength, layers, loraAlpha } = model;
  return [
    ['architecture', model.architecture ?? 'not stated'],
    ['name', model.name],
    ['author', model.author],
    ['license', model.license],
    ['parameters', `${formatParameters(parameters)} in ${count(tensors, 'tensor')}`],
    ['bits per weight', bitsPerWeight === undefined ? undefined : formatBitsPerWeight(bitsPerWeight)],
    ['file type', model.fileType],
    ['context', contextLength === undefined ? undefined : count(contextLength, 'token')],
    ['layers', layers?.toString()],
    ['embedding', embeddingLength?.toString()],
    ['LoRA alpha', loraAlpha?.toString()],
    ['tokenizer', tokenizerText(model)],
    ['chat template', model.chatTemplate === undefined ? undefined : shorten(model.chatTemplate)],
  ];
}

function tokenizerText({ tokenizer }: GgufModel): string | undefined {
  if (tokenizer === undefined) return undefined;
  const { model, pre, tokens } = tokenizer;
  const vocabulary = tokens === undefined ? '' : `, ${count(tokens, 'token')}`;
  return `${model}${pre === undefined ? '' : ` (${pre})`}${vocabulary}`;
}

function shorten(template: string): string {
  return template.length <= SHOWN
    ? template
    : `${template.slice(0, SHOWN)}… (${count(template.length, 'character')})`;
}
