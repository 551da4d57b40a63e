/** What became of `ai-action container`, as JSON and as text. */
import type { OpenBase } from '../bases/bases.ts';
import type { MadeContainer } from '../deriving/make-container.ts';
import type { OpenArtifact } from '../deriving/open-artifact.ts';
import type { Overlap } from '../deriving/overlaps.ts';
import type { Digest } from '../oci/digest.ts';
import { formatPlatform } from '../oci/platform.ts';
import { formatReference } from '../oci/reference.ts';
import { count, formatBytes } from '../report/format.ts';
import { printable } from '../report/printable.ts';
import { formatTable } from '../report/table.ts';

/** What `--json` prints. */
export interface ContainerReport {
  reference: string;
  /** Of the container's index. */
  digest: Digest;
  /** `made`: a dry run. */
  status: MadeContainer['status'];
  artifact: {
    reference: string;
    digest: Digest;
    kind: OpenArtifact['kind'];
    /** The ModelKit whose model it takes, as its Kitfile names it. */
    modelReference?: string;
  };
  base: { name: string; digest: Digest };
  platforms: { platform: string; digest: Digest; layers: number }[];
  layers: ReportedLayer[];
  overlaps: readonly Overlap[];
  /** Layers of the base that were not looked into for overlaps. */
  unread: number;
  /** Datasets that are in no layer of the artifact. */
  leftOut: OpenArtifact['remoteDatasets'];
}

interface ReportedLayer {
  role: string;
  path?: string;
  digest: Digest;
  diffId: Digest;
  /** Bytes, as they are stored. */
  size: number;
  /** read: a dry run. */
  origin: 'found' | 'mounted' | 'pushed' | 'read';
}

export interface ContainerRun {
  artifact: OpenArtifact;
  base: OpenBase;
  to: string;
  made: MadeContainer;
}

const MOST_OVERLAPS = 20;

export function containerReport({ artifact, base, to, made }: ContainerRun): ContainerReport {
  const { container, layers, overlaps, unread, status } = made;
  return {
    reference: to,
    digest: container.index.descriptor.digest,
    status,
    artifact: {
      reference: formatReference(artifact.reference),
      digest: artifact.digest,
      kind: artifact.kind,
      ...(artifact.modelReference === undefined ? {} : { modelReference: artifact.modelReference }),
    },
    base: { name: base.name, digest: base.digest },
    platforms: container.images.map(({ platform, manifest }, at) => ({
      platform: formatPlatform(platform),
      digest: manifest.descriptor.digest,
      layers: (base.images[at]?.layers.length ?? 0) + layers.length,
    })),
    layers: layers.map(({ part, diffId, origin }): ReportedLayer => ({
      role: part.role,
      ...(part.path === undefined ? {} : { path: part.path }),
      digest: part.descriptor.digest,
      diffId,
      size: part.descriptor.size,
      origin: origin ?? 'read',
    })),
    overlaps,
    unread,
    leftOut: artifact.remoteDatasets,
  };
}

/** What the container does not have, or hides. */
export function containerWarnings({ layers, overlaps, unread, leftOut }: ContainerReport): string[] {
  const pathOf = new Map(layers.map(({ digest, role, path }) => [digest, `${role} ${path ?? digest}`]));
  const lines = overlaps.slice(0, MOST_OVERLAPS).map(({ path, layer, hides }) => {
    const hidden = hides === 'base' ? 'the base' : pathOf.get(hides);
    return `hidden: ${printable(path)} of ${printable(hidden ?? hides)} by ${printable(pathOf.get(layer) ?? layer)}`;
  });
  if (overlaps.length > MOST_OVERLAPS)
    lines.push(`hidden: ${overlaps.length - MOST_OVERLAPS} more; --json has all`);
  if (unread > 0) {
    lines.push(`not compared with the artifact's files: ${count(unread, 'large layer')} of the base`);
  }
  for (const { path, remotePath } of leftOut) {
    lines.push(`left out: dataset ${printable(path)}, which is at ${printable(remotePath)}`);
  }
  return lines;
}

export function containerText(report: ContainerReport): string {
  const { reference, digest, status, artifact, base, platforms, layers } = report;
  const done = {
    pushed: 'pushed',
    unchanged: 'is there already, as it would be made',
    made: 'a dry run: nothing was written',
  }[status];
  const lines = [
    `${reference}  ${digest}`,
    `on ${base.name}@${base.digest}`,
    ...(artifact.modelReference === undefined ? [] : [`with the model of ${artifact.modelReference}`]),
    `for ${platforms.map(({ platform }) => printable(platform)).join(', ')}`,
    formatTable(
      layers.map(({ origin, role, path, digest: layer, size }) => [
        origin,
        role,
        printable(path ?? layer),
        formatBytes(size),
      ]),
    ),
    done,
  ];
  return `${lines.join('\n')}\n`;
}
