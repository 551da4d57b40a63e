/**
 * The model card: the image's README with the front matter that the Hub defines.
 * @see https://huggingface.co/docs/hub/model-cards#model-card-metadata
 */
import type { ModelCard } from './inspection.ts';
import type { FilePlace } from './places.ts';

export const CARD_PATH = 'README.md';
/** Bytes of a README that are shown. */
const MAX_CARD = 512 * 1024;
/** Characters of a value of the front matter. */
const MAX_VALUE = 100;

export async function readCard(file: FilePlace): Promise<ModelCard> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  // Whole chunks are read and verified: the first one of a README is all of it, as a rule.
  for await (const piece of file.content(Math.min(file.size, MAX_CARD))) {
    size += piece.length;
    text += decoder.decode(piece, { stream: true });
  }
  return { path: CARD_PATH, isCut: size < file.size, ...parseCard(text) };
}

/** The text, and what its front matter says in plain values; lists and what else YAML can are left out. */
export function parseCard(source: string): Omit<ModelCard, 'path' | 'isCut'> {
  const text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const [whole, yaml = ''] = /^---[ \t]*\n([\s\S]*?\n)?---[ \t]*(?:\n|$)/.exec(text) ?? [];
  if (whole === undefined) return { text };
  const license = valueOf(yaml, 'license');
  const name = license === 'other' ? valueOf(yaml, 'license_name') : undefined;
  const task = valueOf(yaml, 'pipeline_tag');
  const library = valueOf(yaml, 'library_name');
  return {
    text: text.slice(whole.length),
    ...(license === undefined ? {} : { license: name ?? license }),
    ...(task === undefined ? {} : { task }),
    ...(library === undefined ? {} : { library }),
  };
}

function valueOf(yaml: string, key: string): string | undefined {
  const [, double, single, plain] =
    new RegExp(
      `^${key}:[ \\t]+(?:"([^"\\n]*)"|'([^'\\n]*)'|([^\\s"'#[{&*!|>][^\\n]*?))[ \\t]*(?: #.*)?$`,
      'm',
    ).exec(yaml) ?? [];
  const value = (double ?? single ?? plain)?.trim();
  return value === undefined || value === '' || value.length > MAX_VALUE ? undefined : value;
}
