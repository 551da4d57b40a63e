/** Everything under a reference against its digests; with a Hub, its files against that, too. */
import pLimit from 'p-limit';

import { UserError } from '../errors.ts';
import type { Revision, SourceFile } from '../hub/source.ts';
import { ANNOTATION } from '../image/annotations.ts';
import type { Digest } from '../oci/digest.ts';
import { formatReference } from '../oci/reference.ts';
import { imageLayer, type Asked, type ImageLayer } from '../reading/image.ts';
import { overlay, type ImageEntry } from '../reading/overlay.ts';
import type { LayerEntry } from '../reading/listing.ts';
import type { Repository } from '../registry/registry.ts';
import { readDiffIds, readDocuments } from './documents.ts';
import type { Finding, Report } from './finding.ts';
import { compareWithHub, hubRevisionOf, type HubComparison } from './hub-files.ts';
import { verifyLayer, type VerifiedLayer } from './verify-layer.ts';

export interface Verification {
  reference: string;
  digest: Digest;
  /** How many there are: indexes count as manifests; layers that manifests share count once. */
  manifests: number;
  layers: number;
  chunks: number;
  files: number;
  /** Bytes of the layers, as they are stored. */
  bytes: number;
  /** Where the image was compared with the Hub. */
  hub?: HubComparison;
  findings: readonly Finding[];
}

export interface VerifyRun {
  /** Where the image is to be compared with the Hub: the model's files there. */
  hubRevision?: (name: string, sha: string) => Promise<Revision>;
  /** Told how many bytes there are, and how many have come. */
  expect: (bytes: number) => void;
  moved: (bytes: number) => void;
}

interface Image {
  isAttestation: boolean;
  layers: readonly ImageLayer[];
  diffIds: readonly (Digest | undefined)[];
}

/** Layers that are read at once. */
const AT_ONCE = 3;

/** @throws UserError where there is nothing at the reference, or it is not of the Hub; RegistryError */
export async function verifyReference(
  { reference, repository }: Omit<Asked, 'platform'>,
  run: VerifyRun,
): Promise<Verification> {
  const name = formatReference(reference);
  const root = await repository.getManifest(reference.digest ?? reference.tag ?? 'latest');
  if (root === undefined)
    throw new UserError(`There is no ${name}.`, { hint: 'Check the name and the tag.' });
  const findings: Finding[] = [];
  const report = (finding: Finding): void => void findings.push(finding);
  const documents = await readDocuments(repository, root, report);
  const named = run.hubRevision === undefined ? undefined : hubRevisionOf(documents.annotations, name);
  const revision = named && (await run.hubRevision?.(named.name, named.sha));
  const prompt = documents.annotations[ANNOTATION.prompt];
  const images: Image[] = [];
  for (const { manifest, isAttestation } of documents.images) {
    const diffIds = await readDiffIds(repository, manifest, report);
    images.push({
      isAttestation,
      diffIds,
      layers: manifest.layers.map((layer, at) => imageLayer(layer, at)),
    });
  }
  const verified = await verifyLayers(images, { repository, revision, report, run });
  for (const image of images) checkDiffIds(image, verified, report);
  const read = [...verified.values()];
  return {
    reference: name,
    digest: root.descriptor.digest,
    manifests: documents.manifests,
    layers: verified.size,
    chunks: read.reduce((sum, { chunks }) => sum + chunks, 0),
    files: read.reduce((sum, { listing }) => sum + filesIn(listing?.entries ?? []), 0),
    bytes: totalSize(images),
    ...(revision === undefined ? {} : { hub: compareImages(revision, { images, verified, prompt }, report) }),
    findings,
  };
}

type Verified = ReadonlyMap<string, VerifiedLayer>;

/** A manifest that names a layer with another size than the others do is wrong, and not they. */
function keyOf({ descriptor }: ImageLayer): string {
  return `${descriptor.digest} ${descriptor.size}`;
}

interface Surroundings {
  repository: Repository;
  revision: Revision | undefined;
  report: Report;
  run: VerifyRun;
}

async function verifyLayers(
  images: readonly Image[],
  { repository, revision, report, run }: Surroundings,
): Promise<Verified> {
  const layers = new Map(
    images.flatMap((image) => image.layers.map((layer) => [keyOf(layer), layer] as const)),
  );
  run.expect([...layers.values()].reduce((sum, { descriptor }) => sum + descriptor.size, 0));
  const hubFiles = revision && new Map(revision.files.map((file): [string, SourceFile] => [file.path, file]));
  const counting = { ...repository, streamBlob: counted(repository, run) };
  const limit = pLimit(AT_ONCE);
  const results = [...layers].map(async ([key, layer]) => {
    const task = { repository: counting, layer, report, ...(hubFiles === undefined ? {} : { hubFiles }) };
    return [key, await limit(() => verifyLayer(task))] as const;
  });
  return new Map(await Promise.all(results));
}

function counted(repository: Repository, { moved }: VerifyRun): Repository['streamBlob'] {
  return async function* streamBlob(blob) {
    for await (const piece of repository.streamBlob(blob)) {
      moved(piece.length);
      yield piece;
    }
  };
}

function checkDiffIds({ layers, diffIds }: Image, verified: Verified, report: Report): void {
  for (const [at, layer] of layers.entries()) {
    const [said, is] = [diffIds[at], verified.get(keyOf(layer))?.diffId];
    if (said === undefined || is === undefined || said === is) continue;
    const { digest } = layer.descriptor;
    report({ kind: 'diff-id', digest, message: `has the diffID ${is}, its config says ${said}` });
  }
}

interface Compared {
  images: readonly Image[];
  verified: Verified;
  /** Path of the file that the image says is a prompt of its maker's. */
  prompt: string | undefined;
}

/** Images for several platforms have the same files; a difference is told once. */
function compareImages(
  revision: Revision,
  { images, verified, prompt }: Compared,
  report: Report,
): HubComparison {
  const gitOids = new Map([...verified.values()].flatMap(({ gitOids: oids }) => [...oids]));
  const told = new Set<string>();
  const once = (finding: Finding): void => {
    const text = JSON.stringify(finding);
    if (!told.has(text)) report(finding);
    told.add(text);
  };
  const comparisons = images
    .filter(({ isAttestation }) => !isAttestation)
    .map(({ layers }) =>
      compareWithHub(revision, { entries: entriesOf(layers, verified, once), gitOids, prompt }, once),
    );
  const { name: model, sha, files } = revision;
  return comparisons[0] ?? { model, sha, files: 0, leftOut: files.length };
}

function entriesOf(layers: readonly ImageLayer[], verified: Verified, report: Report): Iterable<ImageEntry> {
  const listings = layers.map((layer) => verified.get(keyOf(layer))?.listing);
  try {
    return overlay(listings.filter((listing) => listing !== undefined)).values();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    report({ kind: 'layer', message: error.message });
    return [];
  }
}

function filesIn(entries: readonly LayerEntry[]): number {
  return entries.filter(({ type }) => type === 'reg').length;
}

function totalSize(images: readonly Image[]): number {
  const sizes = new Map(
    images.flatMap(({ layers }) => layers.map((layer) => [keyOf(layer), layer.descriptor.size])),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
