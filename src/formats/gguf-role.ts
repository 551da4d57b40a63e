/** What llama.cpp is given a GGUF file for. */
import type { WholeGguf } from './gguf-shards.ts';

/**
 * `model` runs alone; `drafter` guesses tokens for one (`-md`); `projector` brings it images or sounds (`--mmproj`);
 * `adapter` is a LoRA (`--lora`). `other` is none of these, or does not say what it is.
 */
export type GgufRole = 'model' | 'drafter' | 'projector' | 'adapter' | 'other';

/** Architectures that guess for another model and cannot run alone. */
const DRAFTERS = new Set(['eagle3']);

/**
 * By what the header says; that a model of its own is meant as a drafter only its file's name tells, as in
 * `draft-0.5b.gguf`.
 */
export function roleOf({ path, metadata, architecture, tensors }: WholeGguf): GgufRole {
  const type = metadata.get('general.type');
  if (type === 'adapter' || metadata.has('adapter.type')) {
    return metadata.get('adapter.type') === 'lora' ? 'adapter' : 'other';
  }
  if (type === 'mmproj' || type === 'projector' || architecture === 'clip') return 'projector';
  if (type !== undefined && type !== 'model') return 'other';
  // A vocabulary alone has no tensors; control vectors and importance matrices are no models.
  if (architecture === undefined || architecture === 'controlvector' || architecture === 'imatrix')
    return 'other';
  if (tensors.length === 0) return 'other';
  const name = path.slice(path.lastIndexOf('/') + 1);
  return DRAFTERS.has(architecture) || /(?:^|[^a-z])draft(?:er)?(?:[^a-z]|$)/i.test(name)
    ? 'drafter'
    : 'model';
}
