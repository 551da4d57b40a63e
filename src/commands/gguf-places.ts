/** Where a command finds GGUF files: on this machine, in an image, on the Hub. */
import { existsSync } from 'node:fs';

import { UsageError } from '../errors.ts';
import type { GgufFile } from '../formats/gguf-files.ts';
import type { GgufFiles } from '../formats/gguf-shards.ts';
import type { GgufPlace } from '../gguf/choose.ts';
import { localGgufs } from '../gguf/local-files.ts';
import { sourceGgufs } from '../gguf/source-files.ts';
import { imageGgufs } from '../inspecting/gguf-files.ts';
import { MODEL_NAME } from '../models/grammar.ts';
import { openImage } from '../reading/image.ts';
import { openProgress, type Progress } from '../report/progress.ts';
import { commandOf } from '../store/pull-to-store.ts';
import { openCuration } from './hub-access.ts';
import type { Io } from './io.ts';
import { withReferences, type ReadOptions } from './open-reference.ts';

export interface PlaceOptions extends ReadOptions {
  hub?: string;
  platform?: string;
  wholeLayers?: boolean;
}

export interface OpenedPlace extends GgufPlace {
  kind: 'local' | 'image' | 'hub';
  /** The one that was named, where a file was. */
  chosen?: GgufFiles<GgufFile>;
  /** Of an image: what it is run with (GGUF Packer's `CMD`). */
  cmd: readonly string[];
}

/** `registry.example/…`, `localhost:5000/…`: what names a registry and cannot be a name on the Hub. */
const REGISTRY = /^(?:localhost|[^/]*[.:][^/]*)\//;

/**
 * Does `work` with the files at a place, whose headers can be read until it is done.
 * @param text a file, a folder, an image's reference, or `owner/model[@revision]`
 * @throws UsageError, UserError, RegistryError
 */
export async function withPlace<T>(text: string, options: PlaceOptions, io: Io, work: Work<T>): Promise<T> {
  if (existsSync(text)) return withLocal(text, io, work);
  if (REGISTRY.test(text)) return withImage(text, options, io, work);
  const [name = '', revision] = text.split('@', 2);
  if (!MODEL_NAME.test(name) || /\.gguf$/i.test(text)) {
    throw new UsageError(`${JSON.stringify(text)} is neither a file nor an image nor a model on the Hub.`, {
      hint: 'Write a file or folder, registry.example/owner/model:tag, or owner/model.',
    });
  }
  return withHub({ text, name, revision, hub: options.hub }, io, work);
}

type Work<T> = (place: OpenedPlace, progress: Progress) => Promise<T>;

async function withLocal<T>(path: string, io: Io, work: Work<T>): Promise<T> {
  const progress = openProgress(io.stderr);
  try {
    return await work({ name: path, kind: 'local', ...(await localGgufs(path)), cmd: [] }, progress);
  } finally {
    progress.close();
  }
}

async function withImage<T>(text: string, options: PlaceOptions, io: Io, work: Work<T>): Promise<T> {
  const { platform, wholeLayers = false } = options;
  return withReferences([text], options, io, async ([named], progress) => {
    const image = await openImage({ ...named!, ...(platform === undefined ? {} : { platform }) });
    const [files, cmd] = await Promise.all([imageGgufs(image, wholeLayers), commandOf(image)]);
    return work({ name: text, kind: 'image', files, cmd }, progress);
  });
}

async function withHub<T>(
  {
    text,
    name,
    revision,
    hub,
  }: { text: string; name: string; revision: string | undefined; hub: string | undefined },
  io: Io,
  work: Work<T>,
): Promise<T> {
  const progress = openProgress(io.stderr);
  try {
    progress.begin(text);
    const { api, sourceOf } = openCuration(hub, io, progress);
    const head = await api.head(name, revision);
    const source = sourceOf(head);
    try {
      const { files } = await source.revision(io.signal);
      return await work(
        { name: text, kind: 'hub', files: sourceGgufs(source, files, io.signal), cmd: [] },
        progress,
      );
    } finally {
      await source.close();
    }
  } finally {
    progress.close();
  }
}
