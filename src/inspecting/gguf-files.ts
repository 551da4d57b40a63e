/** GGUF files of an image, whose headers are read out of its layers by ranges. */
import { UserError } from '../errors.ts';
import { readGguf, type Gguf } from '../formats/gguf.ts';
import { rangedGguf, type GgufFile } from '../formats/gguf-files.ts';
import { isGguf } from '../formats/gguf-shards.ts';
import { formatReference } from '../oci/reference.ts';
import type { OpenImage } from '../reading/image.ts';
import type { LayerFile } from '../reading/listing.ts';
import { overlay, type ImageFile } from '../reading/overlay.ts';
import type { TakeFile } from '../reading/read-through.ts';
import { readContents, type Contents } from './contents.ts';
import { fileRanges, forwardRanges } from './file-ranges.ts';

/** Headers that were read as their layers came by, or what was wrong with them. */
export type SeenHeaders = Map<LayerFile, Gguf | RangeError>;

/**
 * @param wholeLayers whether layers without a table of contents are read through, however large they are
 * @throws UserError where there are none, and may be some in layers that were not read through; RegistryError
 */
export async function imageGgufs(image: OpenImage, wholeLayers: boolean): Promise<GgufFile[]> {
  const seen: SeenHeaders = new Map();
  const contents = await readContents(image, { wholeLayers, take: takeHeaders(seen) });
  const files = listedGgufs(image, contents, seen);
  if (files.length === 0 && contents.unlisted.length > 0) {
    throw new UserError(`${formatReference(image.reference)} has layers without a table of contents.`, {
      hint: 'With --whole-layers they are read through, weights and all.',
    });
  }
  return files;
}

/** Those of the layers that could be listed. */
export function listedGgufs(image: OpenImage, contents: Contents, seen: SeenHeaders): GgufFile[] {
  return [...overlay(contents.listings).values()]
    .filter((entry): entry is ImageFile => entry.type === 'reg' && isGguf(entry))
    .map((file) => imageGguf(image, contents, { file, header: seen.get(file.content) }));
}

/** Takes the headers out of files that are read through. */
export function takeHeaders(seen: SeenHeaders): TakeFile {
  return async (file, content) => {
    if (!isGguf(file)) return;
    try {
      seen.set(file, await readGguf(forwardRanges(file.size, content)));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      seen.set(file, error);
    }
  };
}

function imageGguf(
  { repository }: OpenImage,
  { listings }: Contents,
  { file, header }: { file: ImageFile; header: Gguf | RangeError | undefined },
): GgufFile {
  const { path, content } = file;
  if (header !== undefined) {
    const known = async (): Promise<Gguf> => {
      if (header instanceof RangeError) throw header;
      return header;
    };
    return { path, size: content.size, header: known };
  }
  const listing = listings.find(({ layer }) => layer === file.layer);
  return rangedGguf(path, fileRanges(repository, file, listing ?? {}));
}
