/**
 * An artifact of another format. A ModelKit is made over the image's own layers; ModelPack artifacts and Docker models
 * are made over the files as they are, since their readers take no compressed archives (docs/formats.md).
 */
import { makeDockerModel } from '../artifacts/docker-model.ts';
import type { ArtifactDocuments, ModelIdentity } from '../artifacts/documents.ts';
import { makeModelKit } from '../artifacts/modelkit.ts';
import { makeModelPack } from '../artifacts/modelpack.ts';
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
import { pushRawFiles } from './raw-files.ts';

/** The version of the way from a model to its artifact; raising it publishes artifacts of that format anew. */
const VERSION: Readonly<Record<ArtifactFormat, number>> = { modelkit: 1, modelpack: 1, 'docker-model': 1 };

export function artifactCompanion(format: ArtifactFormat): Companion {
  return {
    suffix: format,
    // Whatever else decides an artifact decides its image, too, whose digest is compared.
    recipe: async () => `${VERSION[format]}+${format}`,
    push: (work) => push(format, work),
  };
}

/**
 * Files that an artifact has as blobs of their own, beside the image's layers.
 * @param name of the model, for messages
 * @throws UserError where a model with these files cannot be such an artifact
 */
export function rawFilesOf<File extends { path: string }>(
  format: ArtifactFormat,
  name: string,
  files: readonly File[],
): readonly File[] {
  switch (format) {
    case 'modelkit':
      return [];
    case 'modelpack':
      return files;
    case 'docker-model':
      return selectDockerFiles(name, files).files.map(({ file }) => file);
  }
}

async function push(format: ArtifactFormat, work: CompanionWork): Promise<Document> {
  const documents = await makeArtifact(format, work);
  await pushDocuments(format, documents, work);
  return documents.manifest;
}

async function makeArtifact(format: ArtifactFormat, work: CompanionWork): Promise<ArtifactDocuments> {
  const layers = await work.plannedLayers();
  const files = layers.flatMap((layer) => [...layer.files]);
  const annotations = companionAnnotations(work);
  const identity = identityOf(work);
  try {
    switch (format) {
      case 'modelkit': {
        const kitLayers = work.layers.map((layer, at) => ({
          ...layer,
          paths: layers[at]?.files.map(({ path }) => path) ?? [],
        }));
        return await makeModelKit({ identity, facts: await factsOf(files, work), layers: kitLayers, annotations });
      }
      case 'modelpack': {
        const facts = await factsOf(files, work);
        return await makeModelPack({ identity, facts, files: await pushRawFiles(files, work.raw), annotations });
      }
      case 'docker-model':
        return await makeDocker(files, work);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${work.entry.name} cannot be a ${format} artifact: ${error.message}.`, {
      hint: 'Take fewer files with `include` or `exclude`, or leave the format out of `formats`.',
      cause: error,
    });
  }
}
