/** A registry whose list of models is made up, of any length, without an image behind it. */
import type { CatalogueList, ModelEntry } from '../../worker/src/catalogue/entry.ts';
import { LIST_VERSION } from '../../worker/src/catalogue/list.ts';
import { startRegistry } from './worker.ts';

export interface ListedRegistry extends AsyncDisposable {
  /** As in http://127.0.0.1:41234 */
  url: string;
}

export async function startListedRegistry(models: readonly ModelEntry[]): Promise<ListedRegistry> {
  const { url, stop } = await startRegistry({ worker: 'listed-worker.js' });
  const list: CatalogueList = { version: LIST_VERSION, models };
  await fetch(`${url}/made-up-list`, { method: 'PUT', body: JSON.stringify(list) });
  return { url, [Symbol.asyncDispose]: stop };
}

const OWNERS = [
  'acme', 'deepmind', 'meta-llama', 'mistralai', 'qwen', 'sentence-transformers', 'google', 'microsoft', 'openai',
  'stabilityai', 'bigscience', 'facebook', 'tiiuae', 'intfloat', 'nvidia', 'cardiffnlp', 'helsinki-nlp', 'huggingface',
]; // prettier-ignore
const FAMILIES = [
  'llama-3', 'bert-base', 'roberta-large', 'whisper-small', 'clip-vit', 'gemma-2', 'phi-3', 't5-base', 'mpnet',
  'distilbert', 'stable-diffusion', 'wav2vec2', 'e5-large', 'minilm', 'falcon', 'bloom', 'opus-mt', 'vit-base', 'gpt2',
]; // prettier-ignore
const VARIANTS = [
  '',
  '-instruct',
  '-chat',
  '-uncased',
  '-gguf',
  '-int8',
  '-multilingual',
  '-finetuned',
  '-v2',
  '-onnx',
];
const TASKS = [
  'text-generation', 'feature-extraction', 'fill-mask', 'automatic-speech-recognition', 'image-classification',
  'text-to-image', 'translation',
]; // prettier-ignore
const LICENSES = ['apache-2.0', 'mit', 'llama3', 'cc-by-4.0', 'openrail', 'gemma'];
const FORMATS = [
  ['safetensors'],
  ['gguf'],
  ['onnx', 'safetensors'],
  ['safetensors'],
  ['pytorch', 'safetensors'],
  [],
];

const HOUR = 3_600_000;

/** Entries of different names, in the order of these, that are the same each time but for their ages. */
export function madeUpModels(count: number): ModelEntry[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, n): ModelEntry => {
    const name = `${at(OWNERS, n)}/${at(FAMILIES, n * 7)}${at(VARIANTS, n * 3)}-${n}`;
    const hex = n.toString(16).padStart(8, '0').repeat(8);
    return {
      name,
      tag: 'latest',
      digest: `sha256:${hex}`,
      tags: 1 + (n % 3),
      updatedAt: new Date(now - ((n * 7919) % 9000) * HOUR).toISOString(),
      size: Math.round(20e6 * 1.0009 ** ((n * 31) % 9000)),
      files: 3 + (n % 40),
      formats: at(FORMATS, n),
      revision: hex.slice(0, 40),
      license: at(LICENSES, n * 5),
      task: at(TASKS, n),
    };
  }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function at<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T;
}
