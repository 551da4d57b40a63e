const SCALES = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

/** What people write a count of parameters in: 22,700,000 in [1e6, 'M'], and below a thousand in [1, '']. */
export function countScale(count: number): readonly [number, string] {
  return SCALES.find(([least]) => count >= least) ?? [1, ''];
}
