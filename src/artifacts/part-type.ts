/** What the media type of an artifact's layer says: which part of a model it is, and how its files are stored. */
import type { LayerEncoding, ModelKitRole, ModelPackRole } from './media-types.ts';
import type { Role } from './artifact.ts';

export interface PartType {
  role: Role;
  encoding: LayerEncoding;
}

const ROLES: Readonly<Record<ModelKitRole | ModelPackRole | 'mcpb', Role>> = {
  model: 'model',
  modelpart: 'model',
  weight: 'model',
  'weight.config': 'model',
  dataset: 'datasets',
  code: 'code',
  docs: 'docs',
  doc: 'docs',
  mcpb: 'mcpservers',
};

/** `vnd.cnai` is what ModelPack was called first. */
const PART =
  /^application\/vnd\.(?:kitops\.modelkit|cncf\.model|cnai\.model)\.([a-z]+(?:\.[a-z]+)?)\.v1\.(raw|tar(?:\+(?:gzip|zstd))?)$/;

/** Undefined where it is no such type. */
export function parsePartType(mediaType: string): PartType | undefined {
  const [, name = '', encoding] = PART.exec(mediaType) ?? [];
  if (encoding === undefined || !Object.hasOwn(ROLES, name)) return undefined;
  return { role: ROLES[name as keyof typeof ROLES], encoding: encoding as LayerEncoding };
}
