/** A container that runs: a base image's layers, and above them the model's. */
import { createHash } from 'node:crypto';

import type { Bases, OpenBase } from '../bases/bases.ts';
import { BASE_DIGEST, BASE_NAME, composeContainer, type Container } from '../containers/compose.ts';
import { explained } from '../deriving/explained.ts';
import { UserError } from '../errors.ts';
import { createdBy, type ImageLayer } from '../image/image.ts';
import type { BuilderName } from '../image/layer-key.ts';
import { RECIPE_VERSION } from '../image/recipe.ts';
import type { Runtime } from '../models/entry.ts';
import type { Document } from '../oci/document.ts';
import { formatReference, parseFamiliar } from '../oci/reference.ts';
import { companionAnnotations, type Companion, type CompanionWork } from './companion.ts';
import { buildPrefixedLayers, prefixedPlan } from './prefixed-layers.ts';
import { pushDocuments } from './push-documents.ts';
import { tellOverlaps } from './tell-overlaps.ts';

interface Means {
  bases: Bases;
  builder: BuilderName;
  /** What the container is called: `registry/repository:tag`, for each of its tags, wherever it goes. */
  references: readonly string[];
}

/** The version of the way from base and model to a container; raising it publishes containers anew. */
const CONTAINER_VERSION = 1;

export function runtimeCompanion(runtime: Runtime, { bases, builder, references }: Means): Companion {
  const { prefix } = runtime;
  return {
    suffix: runtime.name,
    async recipe() {
      const digest = await bases.digestOf(runtime.base);
      refuseItself(runtime, references);
      return recipeOf(runtime, digest, builder);
    },
    async whatChanged(published) {
      const [before, now] = [published[BASE_DIGEST], await bases.digestOf(runtime.base)];
      if (before === undefined || before === now) return undefined;
      const name = published[BASE_NAME];
      return name === undefined || name === nameOf(runtime.base)
        ? `its base ${runtime.base} has moved`
        : `its base was ${name}, and is to be ${runtime.base}`;
    },
    ownParts: (entry, layers) =>
      prefix === undefined
        ? []
        : prefixedPlan(layers, { prefix, builder, name: entry.name }).layers.map(({ key, size }) => ({
            id: key,
            size,
          })),
    push: (work) => push(runtime, bases, work),
  };
}

/** It would be made anew in every run, each time with the model's layers once more. @throws UserError */
function refuseItself({ name, base }: Runtime, references: readonly string[]): void {
  const { digest, ...reference } = parseFamiliar(base);
  if (digest !== undefined || !references.includes(formatReference(reference))) return;
  throw new UserError(`The base of the runtime ${name} is the container itself: ${base}.`, {
    hint: 'Name the image that it was made on, or pin this one by its digest.',
  });
}

/** The image's own recipe is not part of it: the image's digest is compared beside it. */
function recipeOf(
  { name: _suffix, base: _named, ...settings }: Runtime,
  base: string,
  builder: BuilderName,
): string {
  const made = {
    base,
    settings,
    ...(settings.prefix === undefined ? {} : { builder, layers: RECIPE_VERSION }),
  };
  return `${CONTAINER_VERSION}+sha256:${createHash('sha256').update(JSON.stringify(made)).digest('hex')}`;
}

/** As a container says it of its base. */
function nameOf(base: string): string {
  const { digest: _pinned, ...reference } = parseFamiliar(base);
  return formatReference(reference);
}

async function push(runtime: Runtime, bases: Bases, work: CompanionWork): Promise<Document> {
  const { progress, signal, target } = work;
  const base = await bases.open(runtime.base);
  // What cannot become a container is told before layers are built: they are as many as the image's.
  const shared = await compose({ runtime, base, layers: work.layers }, work);
  const layers = runtime.prefix === undefined ? work.layers : await buildPrefixedLayers(runtime.prefix, work);
  const container = layers === work.layers ? shared : await compose({ runtime, base, layers }, work);
  await bases.bring(base, target.repository, { ...progress, signal });
  const name = `${target.repository.name}:${work.entry.tags[0]}-${runtime.name}`;
  await tellOverlaps({ base, layers, repository: target.repository, name }, progress);
  await pushDocuments(container, target.repository);
  return container.index;
}

interface Content {
  runtime: Runtime;
  base: OpenBase;
  layers: readonly ImageLayer[];
}

async function compose({ runtime, base, layers }: Content, work: CompanionWork): Promise<Container> {
  const { workdir, env, entrypoint, cmd } = runtime;
  return explained(undefined, () =>
    composeContainer({
      base,
      layers: layers.map(({ descriptor, diffId, title }) => ({
        descriptor,
        diffId,
        createdBy: createdBy(title),
      })),
      settings: {
        ...(workdir === undefined ? {} : { workdir }),
        ...(env === undefined ? {} : { env }),
        ...(entrypoint === undefined ? {} : { entrypoint }),
        ...(cmd === undefined ? {} : { cmd }),
        // Among the image's are those of its entry, which win over what annotations say.
        labels: companionAnnotations({ ...work, annotations: work.labels }),
      },
      annotations: companionAnnotations(work),
    }),
  );
}
