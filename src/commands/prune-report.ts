/** What `prune` found and did, as data and as text. */
import type { CollectionRecord } from '../prune/collection.ts';
import type { PrunedImage } from '../prune/prune-repository.ts';
import type { RepositoryResult } from '../prune/prune-registry.ts';
import { failureOf, type Failure } from '../publish/failure.ts';
import { count, formatBytes } from '../report/format.ts';
import { escapeMarkdown, markdownTable } from '../report/markdown.ts';
import { formatTable } from '../report/table.ts';

/** The JSON of `prune --json`. */
export interface PruneReport {
  /** host[:port] */
  registry: string;
  /** Whether anything was changed. */
  deleted: boolean;
  /** Hours. */
  olderThan: number;
  repositories: RepositoryReport[];
  /** Of a registry of ours: what its collection condemned, or would. */
  collection?: { id: string; state: string; manifests: number; blobs: number; bytes: number };
}

interface RepositoryReport {
  /** As it follows the host in references. */
  repository: string;
  images: { digest: string; changed?: string; status: PrunedImage['status']; error?: Failure }[];
  /** How many images were not to go; absent where that is not known. */
  kept?: number;
  /** Of blobs that only these images refer to. */
  bytes?: number;
  /** The registry does not know it, or does not tell whoever asks. */
  absent?: true;
  error?: Failure;
}

interface Asked {
  olderThan: number;
  delete?: boolean;
}

export function prunedReport(
  registry: string,
  results: readonly RepositoryResult[],
  { olderThan, delete: deleted = false }: Asked,
): PruneReport {
  return { registry, deleted, olderThan, repositories: results.map(repositoryReport) };
}

function repositoryReport(result: RepositoryResult): RepositoryReport {
  const { repository } = result;
  switch (result.status) {
    case 'absent':
      return { repository, images: [], absent: true };
    case 'failed':
      return { repository, images: [], error: failureOf(result.error) };
    default:
      return {
        repository,
        images: result.images.map(({ digest, changedAt, status, error }) => ({
          digest,
          changed: new Date(changedAt).toISOString(),
          status,
          ...(error === undefined ? {} : { error: failureOf(error) }),
        })),
        kept: result.kept,
        bytes: result.bytes,
      };
  }
}

/** A dry run of a collection lists the keys of what it would condemn, a thousand at most. */
export function collectedReport(
  registry: string,
  { id, state, counts, keys = [] }: CollectionRecord,
  { olderThan, delete: deleted = false }: Asked,
): PruneReport {
  const images = new Map<string, RepositoryReport['images']>();
  for (const key of keys) {
    const [, repository, algorithm, hex] =
      /^repositories\/(.+)\/_manifests\/([^/]+)\/([^/]+)$/.exec(key) ?? [];
    if (repository === undefined) continue;
    images.set(repository, [
      ...(images.get(repository) ?? []),
      { digest: `${algorithm}:${hex}`, status: 'unneeded' },
    ]);
  }
  const { manifest: manifests, blob: blobs, bytes } = counts.condemn;
  return {
    registry,
    deleted,
    olderThan,
    repositories: [...images].map(([repository, found]) => ({ repository, images: found })),
    collection: { id, state, manifests, blobs, bytes },
  };
}

/** What could not be done, by the names that lines of errors begin with. */
export function failuresOf({ registry, repositories }: PruneReport): { name: string; error: Failure }[] {
  return repositories.flatMap(({ repository, images, error }) => {
    const name = `${registry}/${repository}`;
    const own = error === undefined ? [] : [{ name, error }];
    const failed = images.flatMap((image) =>
      image.error === undefined ? [] : [{ name: `${name}@${image.digest}`, error: image.error }],
    );
    return [...own, ...failed];
  });
}

export function pruneText(report: PruneReport): string {
  const { registry, repositories } = report;
  const rows = rowsOf(report);
  const absent = repositories.flatMap(({ repository, absent: isAbsent }) =>
    isAbsent === true
      ? [`warning: ${registry}/${repository}: there is none, or whoever asks may not see it`]
      : [],
  );
  const lines = [formatTable(rows), ...absent, totals(report)];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** Markdown for the job's page. */
export function pruneSummary(report: PruneReport): string {
  const rows = rowsOf(report).map((cells) => cells.map(escapeMarkdown));
  const failures = failuresOf(report).map(
    ({ name, error: { message, hint = '' } }) => `- ${escapeMarkdown(`${name}: ${message} ${hint}`.trim())}`,
  );
  const table = rows.length === 0 ? [] : [markdownTable(['repository', 'images', 'bytes', 'oldest'], rows)];
  return ['## Pruned images', ...table, escapeMarkdown(totals(report)), failures.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

function rowsOf({ registry, repositories }: PruneReport): string[][] {
  return repositories.filter(({ images }) => images.length > 0).map((found) => row(registry, found));
}

function row(registry: string, { repository, images, kept, bytes }: RepositoryReport): string[] {
  const changed = images.map((image) => image.changed).filter((time) => time !== undefined);
  const [oldest] = changed.toSorted();
  return [
    `${registry}/${repository}`,
    kept === undefined
      ? count(images.length, 'image')
      : `${images.length} of ${count(images.length + kept, 'image')}`,
    bytes === undefined ? '' : formatBytes(bytes),
    oldest === undefined ? '' : `since ${oldest.slice(0, 10)}`,
  ];
}

function totals({ deleted, olderThan, repositories, collection }: PruneReport): string {
  const age = olderThan % 24 === 0 ? count(olderThan / 24, 'day') : count(olderThan, 'hour');
  if (collection !== undefined) {
    const { manifests, blobs, bytes } = collection;
    const what = `${count(manifests, 'image')} untagged for ${age}, and ${count(blobs, 'blob')} of ${formatBytes(bytes)} that nothing needs`;
    return deleted
      ? `condemned ${what}: the registry removes them in an hour or so, unless they are needed again`
      : `${what}, would be condemned at first; --delete removes them, and what only they need`;
  }
  const images = repositories.flatMap((found) => found.images);
  const bytes = repositories.reduce((sum, found) => sum + (found.bytes ?? 0), 0);
  if (!deleted) {
    return `${count(images.length, 'image')} that nothing needed for ${age}, ${formatBytes(bytes)}; --delete removes them`;
  }
  const number = (...statuses: PrunedImage['status'][]): number =>
    images.filter(({ status }) => statuses.includes(status)).length;
  const words = [`${count(number('removed', 'missing'), 'image')} removed that nothing needed for ${age}`];
  if (number('needed', 'kept') > 0) words.push(`${number('needed', 'kept')} needed after all`);
  if (number('failed') > 0) words.push(`${number('failed')} failed`);
  return words.join(', ');
}
