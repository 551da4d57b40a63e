/** The numbers of types in GGUF files, as ggml.h and llama.h give them out. */

export type ScalarType =
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'float32'
  | 'bool'
  | 'uint64'
  | 'int64'
  | 'float64';
export type ValueType = ScalarType | 'string' | 'array';

/** By their numbers. */
export const VALUE_TYPES: readonly ValueType[] = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'bool',
  'string',
  'array',
  'uint64',
  'int64',
  'float64',
];

/** Tensors are made of blocks: so many elements in so many bytes. */
export interface TensorType {
  dtype: string;
  elements: number;
  bytes: number;
}

export const TENSOR_TYPES: Readonly<Record<number, TensorType>> = {
  0: { dtype: 'F32', elements: 1, bytes: 4 },
  1: { dtype: 'F16', elements: 1, bytes: 2 },
  2: { dtype: 'Q4_0', elements: 32, bytes: 18 },
  3: { dtype: 'Q4_1', elements: 32, bytes: 20 },
  6: { dtype: 'Q5_0', elements: 32, bytes: 22 },
  7: { dtype: 'Q5_1', elements: 32, bytes: 24 },
  8: { dtype: 'Q8_0', elements: 32, bytes: 34 },
  9: { dtype: 'Q8_1', elements: 32, bytes: 36 },
  10: { dtype: 'Q2_K', elements: 256, bytes: 84 },
  11: { dtype: 'Q3_K', elements: 256, bytes: 110 },
  12: { dtype: 'Q4_K', elements: 256, bytes: 144 },
  13: { dtype: 'Q5_K', elements: 256, bytes: 176 },
  14: { dtype: 'Q6_K', elements: 256, bytes: 210 },
  15: { dtype: 'Q8_K', elements: 256, bytes: 292 },
  16: { dtype: 'IQ2_XXS', elements: 256, bytes: 66 },
  17: { dtype: 'IQ2_XS', elements: 256, bytes: 74 },
  18: { dtype: 'IQ3_XXS', elements: 256, bytes: 98 },
  19: { dtype: 'IQ1_S', elements: 256, bytes: 50 },
  20: { dtype: 'IQ4_NL', elements: 32, bytes: 18 },
  21: { dtype: 'IQ3_S', elements: 256, bytes: 110 },
  22: { dtype: 'IQ2_S', elements: 256, bytes: 82 },
  23: { dtype: 'IQ4_XS', elements: 256, bytes: 136 },
  24: { dtype: 'I8', elements: 1, bytes: 1 },
  25: { dtype: 'I16', elements: 1, bytes: 2 },
  26: { dtype: 'I32', elements: 1, bytes: 4 },
  27: { dtype: 'I64', elements: 1, bytes: 8 },
  28: { dtype: 'F64', elements: 1, bytes: 8 },
  29: { dtype: 'IQ1_M', elements: 256, bytes: 56 },
  30: { dtype: 'BF16', elements: 1, bytes: 2 },
  34: { dtype: 'TQ1_0', elements: 256, bytes: 54 },
  35: { dtype: 'TQ2_0', elements: 256, bytes: 66 },
  39: { dtype: 'MXFP4', elements: 32, bytes: 17 },
  40: { dtype: 'NVFP4', elements: 64, bytes: 36 },
  41: { dtype: 'Q1_0', elements: 128, bytes: 18 },
};

/** What most of a file's tensors are: `general.file_type`. */
export const FILE_TYPES: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  7: 'Q8_0',
  8: 'Q5_0',
  9: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K_S',
  12: 'Q3_K_M',
  13: 'Q3_K_L',
  14: 'Q4_K_S',
  15: 'Q4_K_M',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  18: 'Q6_K',
  19: 'IQ2_XXS',
  20: 'IQ2_XS',
  21: 'Q2_K_S',
  22: 'IQ3_XS',
  23: 'IQ3_XXS',
  24: 'IQ1_S',
  25: 'IQ4_NL',
  26: 'IQ3_S',
  27: 'IQ3_M',
  28: 'IQ2_S',
  29: 'IQ2_M',
  30: 'IQ4_XS',
  31: 'IQ1_M',
  32: 'BF16',
  36: 'TQ1_0',
  37: 'TQ2_0',
  38: 'MXFP4_MOE',
  39: 'NVFP4',
  40: 'Q1_0',
};
