/**
 * Pulls, for Analytics Engine: a data point for each manifest, and each part of a blob or of a single file that is read.
 * @see https://developers.cloudflare.com/analytics/analytics-engine/get-started/
 */
import type { Observed } from './observed.ts';

/** What is used of the dataset's binding. */
export interface PullEvents {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void;
}

/** Bytes that Analytics Engine takes as an index. */
const MAX_INDEX = 96;
const KINDS = new Map([
  ['/v2/:name/manifests/:reference', 'manifest'],
  ['/v2/:name/blobs/:digest', 'blob'],
  ['/:name/-/files/:reference/:path', 'file'],
]);

/** Index: the repository. Blobs: kind, repository, tag or digest, digest. Doubles: bytes. */
export function writePull(pulls: PullEvents, { method, route, status, ...more }: Observed): void {
  const kind = KINDS.get(route);
  const { repository, reference = '', digest = '', bytes } = more;
  if (kind === undefined || repository === undefined || method !== 'GET') return;
  if (status !== 200 && status !== 206) return;
  pulls.writeDataPoint({
    indexes: [repository.slice(0, MAX_INDEX)],
    blobs: [kind, repository, reference, digest],
    doubles: [bytes],
  });
}
