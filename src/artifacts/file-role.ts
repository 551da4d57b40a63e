/** What a model's files are for, by their names. */

export type FileRole = 'weight' | 'config' | 'doc' | 'code' | 'dataset';

/** Of formats for weights that any framework writes; `.bin` and `.data` are of PyTorch, ONNX and TensorFlow. */
const WEIGHT =
  /\.(?:safetensors|gguf|ggml|bin|pt|pth|pt2|pte|ckpt|onnx|onnx[._]data|h5|hdf5|keras|msgpack|tflite|pb|npy|npz|pkl|pickle|joblib|ot|dduf|engine|nemo|llamafile|mlmodel|data-\d{5}-of-\d{5})$/i;
const DATASET = /\.(?:csv|tsv|parquet|arrow|jsonl|ndjson)$/i;
const CODE = /\.(?:py|ipynb|sh|js|mjs|ts|c|cc|cpp|cu|h|hpp|go|rs|java|swift|kt|rb|jl|r)$/i;
const DOC = /\.(?:md|rst|pdf|html|png|jpe?g|gif|svg|webp)$/i;
const DOC_NAME = /^(?:readme|licen[cs]e|copying|notice|authors|citation|changelog|use_policy)/i;

/** A file that nothing is known of is configuration: vocabularies and tokenizers have any name. */
export function fileRole(path: string): FileRole {
  const name = baseName(path);
  if (WEIGHT.test(name)) return 'weight';
  if (DATASET.test(name)) return 'dataset';
  if (CODE.test(name)) return 'code';
  return DOC.test(name) || DOC_NAME.test(name) ? 'doc' : 'config';
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
