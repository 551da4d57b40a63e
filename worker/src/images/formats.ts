/** Formats of weights, told by the names of files. */
import type { Inspection } from './inspection.ts';

const EXTENSIONS: readonly (readonly [string, string])[] = [
  ['.safetensors', 'safetensors'],
  ['.gguf', 'gguf'],
  ['.ggml', 'ggml'],
  ['.onnx', 'onnx'],
  ['.pt', 'pytorch'],
  ['.pth', 'pytorch'],
  ['.ckpt', 'pytorch'],
  ['.h5', 'keras'],
  ['.keras', 'keras'],
  ['.msgpack', 'flax'],
  ['.tflite', 'tflite'],
  ['.mlmodel', 'coreml'],
  ['.mlpackage', 'coreml'],
  ['.ot', 'rust'],
  ['.npz', 'numpy'],
  ['.nemo', 'nemo'],
  ['.engine', 'tensorrt'],
  ['saved_model.pb', 'tensorflow'],
];

/** `pytorch_model-00001-of-00002.bin`, but not `training_args.bin`. */
const PYTORCH_BIN = /(?:^|[/_-])(?:pytorch_model|diffusion_pytorch_model|adapter_model|model)[^/]*\.bin$/;

export function formatOf(path: string): string | undefined {
  const name = path.toLowerCase();
  if (PYTORCH_BIN.test(name)) return 'pytorch';
  if (name.includes('openvino') && name.endsWith('.xml')) return 'openvino';
  return EXTENSIONS.find(([extension]) => name.endsWith(extension))?.[1];
}

/** Of all weights, sorted; of layers whose files are not known, those of which a layer says it. */
export function formatsOf({ files, layers }: Pick<Inspection, 'files' | 'layers'>): string[] {
  const unlisted = layers.flatMap(({ title, files: known }) =>
    known === undefined && title !== undefined ? [formatOf(title)] : [],
  );
  const formats = [...files.map(({ format }) => format), ...unlisted];
  return [...new Set(formats.filter((format) => format !== undefined))].toSorted();
}
