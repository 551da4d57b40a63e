/** A ModelKit may take another one's model: `model.path` is then a reference. */
import { isDigest } from '../oci/digest.ts';
import { isRepository, isTag } from '../oci/reference.ts';

/** Whether a path is what KitOps takes for a reference: it has a `:` or `@`, and reads as `[registry/]name[:tag][@digest]`. */
export function isModelKitReference(path: string | undefined): path is string {
  if (path === undefined || !/[:@]/.test(path)) return false;
  const [, host, rest = ''] = /^(?:([^/]*[.:][^/]*)\/)?(.*)$/.exec(path) ?? [];
  if (host !== undefined && !/^[\w.-]+(?::\d+)?$/.test(host)) return false;
  const at = rest.indexOf('@');
  const [name = '', ...tags] = (at < 0 ? rest : rest.slice(0, at)).split(':');
  const isPinned = at < 0 || isDigest(rest.slice(at + 1));
  return isPinned && isRepository(name) && tags.length <= 1 && tags.every(isTag);
}
