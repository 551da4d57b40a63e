/** The definition of a runtime of an entry. */
import * as z from 'zod';
import {
  ABSOLUTE,
  BASE,
  explainAbsolute,
  explainBase,
  explainSuffix,
  explainVariable,
  SUFFIX,
  VARIABLE,
  WORKDIR,
} from './grammar.ts';
import { Arguments, LabelValue, textOf } from './texts.ts';

export const RuntimeSchema = z
  .strictObject({
    name: textOf(SUFFIX, explainSuffix).meta({
      description: "What the container's tags have behind the image's and a hyphen: latest-python.",
      examples: ['python'],
    }),
    base: textOf(BASE, explainBase).meta({
      description:
        'The image that the container runs, as in a Dockerfile: of any registry, by tag or digest. The container is ' +
        'there for each platform of Linux that it has.',
      examples: ['python:3.12-slim', 'ghcr.io/ggml-org/llama.cpp:server'],
    }),
    workdir: textOf(WORKDIR, (folder) => explainAbsolute('workdir', folder))
      .optional()
      .meta({ description: "The folder in which it starts. The default is the base's.", examples: ['/app'] }),
    env: z
      .record(textOf(VARIABLE, explainVariable), LabelValue)
      .optional()
      .meta({ description: "Variables over the base's own.", examples: [{ MODEL: '/model.safetensors' }] }),
    entrypoint: Arguments.optional().meta({
      description: "What is run. The default is the base's; with another one the base's arguments go.",
      examples: [['python', '/app/serve.py']],
    }),
    cmd: Arguments.optional().meta({
      description: "Its arguments. The default is the base's.",
      examples: [['-m', '/model.gguf']],
    }),
    prefix: textOf(ABSOLUTE, (folder) => explainAbsolute('prefix', folder))
      .optional()
      .meta({
        description:
          "The folder of the container that has the model's files: they are then layers of their own. The default is " +
          "the root, with the very layers of the model's image.",
        examples: ['/models'],
      }),
  })
  .meta({ title: 'Runtime', description: 'A container that runs: a base image with the model in it.' });

export const RUNTIME_KEYS: readonly string[] = Object.keys(RuntimeSchema.shape);

/** As it is written, each of its values checked. */
export type ListedRuntime = z.output<typeof RuntimeSchema>;
