/** What the GGUF files of an image are: the main model, a drafter, a projector, adapters. */
import type { GgufModel } from '../formats/gguf-model.ts';
import { rolesIn } from '../gguf/command.ts';
import { readModels, type ReadModels } from '../gguf/read-models.ts';
import type { OpenImage } from '../reading/image.ts';
import type { Contents } from './contents.ts';
import { listedGgufs, type SeenHeaders } from './gguf-files.ts';

interface Found {
  contents: Contents;
  seen: SeenHeaders;
  /** The image's own arguments of llama.cpp, which say what a file is for before its header does. */
  cmd: readonly string[];
}

/** @returns undefined where the image has none. @throws UserError, RegistryError */
export async function readGgufModels(
  image: OpenImage,
  { contents, seen, cmd }: Found,
): Promise<ReadModels | undefined> {
  const files = listedGgufs(image, contents, seen);
  if (files.length === 0) return undefined;
  const { models, broken } = await readModels(files);
  const roles = rolesIn(cmd);
  return {
    models: models.map((model): GgufModel => ({ ...model, role: roles.get(model.path) ?? model.role })),
    broken,
  };
}
