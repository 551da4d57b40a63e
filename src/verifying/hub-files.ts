/** An image's files against those of the Hub's revision that it says it is. */
import { BASE_NAME } from '../containers/compose.ts';
import { UserError } from '../errors.ts';
import type { Revision, SourceFile } from '../hub/source.ts';
import { ANNOTATION } from '../image/annotations.ts';
import type { Annotations } from '../oci/descriptor.ts';
import type { LayerFile } from '../reading/listing.ts';
import type { ImageEntry } from '../reading/overlay.ts';
import type { Report } from './finding.ts';

export interface HubComparison {
  /** As the Hub calls it. */
  model: string;
  sha: string;
  /** How many of the image's files are those of the Hub. */
  files: number;
  /** Files of the Hub that the image does not have: its maker may have left them out. */
  leftOut: number;
  /** The file that the image says is a prompt of its maker's. */
  prompt?: string;
}

/** What an image says that it is. @throws UserError where it is no model of the Hub */
export function hubRevisionOf(annotations: Annotations, image: string): { name: string; sha: string } {
  const { [ANNOTATION.title]: name, [ANNOTATION.revision]: sha, [ANNOTATION.image]: made } = annotations;
  if (made !== undefined && annotations[BASE_NAME] !== undefined) {
    throw new UserError(`${image} is a container: the files of its base are of no model.`, {
      hint: `Hold the image to the Hub whose layers it has: ${image.replace(/(?::[^:/]*)?(?:@.*)?$/, '')}@${made}.`,
    });
  }
  if (name !== undefined && sha !== undefined && /^[0-9a-f]{40}$/.test(sha)) return { name, sha };
  throw new UserError(`${image} does not say of which commit of the Hub it is.`, {
    hint: `It has no annotations ${ANNOTATION.title} and ${ANNOTATION.revision} of a model and a commit: it was made from a folder, or by another tool.`,
  });
}

export function compareWithHub(
  { name: model, sha, files }: Revision,
  image: {
    entries: Iterable<ImageEntry>;
    gitOids: ReadonlyMap<LayerFile, string>;
    prompt: string | undefined;
  },
  report: Report,
): HubComparison {
  const { prompt } = image;
  const left = new Map(files.map((file) => [file.path, file]));
  let same = 0;
  for (const entry of image.entries) {
    if (entry.type === 'dir') continue;
    const { path } = entry;
    const file = left.get(path);
    if (file === undefined && path === prompt) continue;
    const difference =
      file === undefined ? `is not in ${model} at ${sha}` : differenceOf(file, entry, image.gitOids);
    if (difference === undefined) same += 1;
    else report({ kind: 'hub', digest: entry.layer.descriptor.digest, path, message: difference });
    left.delete(path);
  }
  return { model, sha, files: same, leftOut: left.size, ...(prompt === undefined ? {} : { prompt }) };
}

function differenceOf(
  { size, oid }: SourceFile,
  entry: ImageEntry,
  gitOids: ReadonlyMap<LayerFile, string>,
): string | undefined {
  if (entry.type !== 'reg') return `is a ${entry.type}, and a file on the Hub`;
  const { content } = entry;
  if (content.size !== size) return `has ${content.size} bytes, on the Hub ${size}`;
  const is = oid.startsWith('sha256:') ? content.digest : gitOids.get(content);
  return is === oid ? undefined : `is ${is}, on the Hub ${oid}`;
}
