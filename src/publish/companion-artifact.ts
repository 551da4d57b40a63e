/**
 * An artifact of another format. A ModelKit is made over the image's own layers; ModelPack artifacts and Docker models
 * are made over the files as they are, since their readers take no compressed archives (docs/formats.md).
 */
import { makeDockerModel } from '../artifacts/docker-model.ts';
import type { ArtifactDocuments, ModelIdentity } from '../artifacts/documents.ts';
import { makeModelKit } from '../artifacts/modelkit.ts';
import { makeModelPack } from '../artifacts/modelpack.ts';
import type { PlannedLayer } from '../builders/builder.ts';
import { UserError } from '../errors.ts';
import type { SourceFile } from '../hub/source.ts';
import { ANNOTATION } from '../image/annotations.ts';
import type { ArtifactFormat } from '../models/entry.ts';
import type { Document } from '../oci/document.ts';
import { RegistryError } from '../registry/errors.ts';
import { printable } from '../report/printable.ts';
import { companionAnnotations, type Companion, type CompanionWork } from './companion.ts';
import { selectDockerFiles } from './docker-files.ts';
import { readFacts, type WeightFacts } from './model-facts.ts';
import { pushRawFiles, type RawJob } from './raw-files.ts';

/** The version of the way from a model to its artifact; raising it publishes artifacts of that format anew. */
const VERSION: Readonly<Record<ArtifactFormat, number>> = { modelkit: 1, modelpack: 1, 'docker-model': 1 };

export function artifactCompanion(format: ArtifactFormat): Companion {
  return {
    suffix: format,
    // Whatever else decides an artifact decides its image, too, whose digest is compared.
    recipe: async () => `${VERSION[format]}+${format}`,
    ownParts({ name }, layers) {
      const files = layers.flatMap((layer) => [...layer.files]);
      return rawFilesOf(format, name, files).map(({ oid, size }) => ({ id: oid, size }));
    },
    push: (work) => push(format, work),
  };
}

/** What registries take at least of a manifest, in bytes (distribution specification, "Pushing Manifests"). */
const MAX_MANIFEST = 4 * 2 ** 20;
/** Of a layer's descriptor besides its path, at most. */
const DESCRIPTOR_SIZE = 260;

/**
 * Files that an artifact has as blobs of their own, beside the image's layers.
 * @param name of the model, for messages
 * @throws UserError where a model with these files cannot be such an artifact
 */
export function rawFilesOf(
  format: ArtifactFormat,
  name: string,
  files: readonly SourceFile[],
): readonly SourceFile[] {
  if (format === 'modelkit') return [];
  const raw = format === 'modelpack' ? files : selectDockerFiles(name, files).files.map(({ file }) => file);
  const size = raw.reduce(
    (sum, { path }) => sum + DESCRIPTOR_SIZE + Buffer.byteLength(JSON.stringify(path)),
    0,
  );
  if (size <= MAX_MANIFEST) return raw;
  throw new UserError(`${name} has ${raw.length} files: too many for one manifest of a ${format} artifact.`, {
    hint: `Take fewer with \`include\` or \`exclude\`, or leave ${format} out of \`formats\`.`,
  });
}

async function push(format: ArtifactFormat, work: CompanionWork): Promise<Document> {
  const layers = await work.plannedLayers();
  const files = layers.flatMap((layer) => [...layer.files]);
  const documents = await MAKE[format]({ work, layers, files });
  await pushDocuments(format, documents, work);
  return documents.manifest;
}

interface Model {
  work: CompanionWork;
  /** Those of the image, in its order. */
  layers: readonly PlannedLayer[];
  /** Of all layers. */
  files: readonly SourceFile[];
}

const MAKE: Readonly<Record<ArtifactFormat, (model: Model) => Promise<ArtifactDocuments>>> = {
  async modelkit({ work, layers, files }) {
    const { metadata: _, ...facts } = await factsOf(files, work);
    return makeModelKit({
      identity: identityOf(work),
      facts,
      layers: work.layers.map(({ descriptor, diffId }, at) => ({
        descriptor,
        diffId,
        paths: layers[at]?.files.map(({ path }) => path) ?? [],
      })),
      annotations: companionAnnotations(work),
    });
  },

  async modelpack({ work, files }) {
    const raw = await pushRawFiles(rawFilesOf('modelpack', work.entry.name, files), rawJob(work));
    const facts = await factsOf(files, work);
    return makeModelPack({
      identity: identityOf(work),
      facts,
      files: raw,
      annotations: companionAnnotations(work),
    });
  },

  async 'docker-model'({ work, files }) {
    const { format, files: chosen, doubles } = selectDockerFiles(work.entry.name, files);
    for (const { path } of doubles) {
      work.progress.note(
        `  ${work.entry.name}: docker-model is without ${printable(path)}, which is the same as another file`,
      );
    }
    const raw = await pushRawFiles(rawFilesOf('docker-model', work.entry.name, files), rawJob(work));
    const facts = await factsOf(
      chosen.filter(({ role }) => role === format).map(({ file }) => file),
      work,
    );
    return makeDockerModel({
      facts: { ...facts, format },
      files: raw.flatMap((file, at) => {
        const role = chosen[at]?.role;
        return role === undefined ? [] : [{ ...file, role }];
      }),
      annotations: companionAnnotations(work),
    });
  },
};

/** As its image says it. */
function identityOf({ entry, sha, annotations }: CompanionWork): ModelIdentity {
  const { [ANNOTATION.licenses]: license, [ANNOTATION.source]: url } = annotations;
  return {
    name: annotations[ANNOTATION.title] ?? entry.name,
    revision: sha,
    ...(license === undefined ? {} : { license }),
    ...(url === undefined ? {} : { url }),
  };
}

function factsOf(files: readonly SourceFile[], work: CompanionWork): Promise<WeightFacts> {
  const { entry, source, progress, signal } = work;
  const note = (line: string): void => progress.note(`  ${entry.name}: ${printable(line)}`);
  return readFacts(files, { source, note, signal });
}

function rawJob({ entry, source, target, progress, signal }: CompanionWork): RawJob {
  return { name: entry.name, source, repository: target.repository, progress, signal };
}

async function pushDocuments(
  format: ArtifactFormat,
  { config, manifest }: ArtifactDocuments,
  { target }: CompanionWork,
): Promise<void> {
  const { repository } = target;
  await repository.putBlob(config.descriptor.digest, config.bytes);
  try {
    await repository.putManifest(manifest.descriptor.digest, manifest.bytes, manifest.descriptor.mediaType);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new UserError(`${target.registry} does not take a ${format} artifact: ${error.message}`, {
      hint: `Some registries take container images only: leave ${format} out of \`formats\`, or publish to another one.`,
      cause: error,
    });
  }
}

/** Of a manifest as such, and not of who pushes it or of what it names. */
function isRefusal(error: unknown): error is RegistryError {
  if (!(error instanceof RegistryError) || error.status === undefined) return false;
  return [400, 405, 415].includes(error.status) && !error.code?.includes('BLOB');
}
