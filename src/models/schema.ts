/** The definition of a list: what the program parses with and what `models.schema.json` is made from. */
import * as z from 'zod';
import { FORMATS } from './entry.ts';
import { nearest } from './nearest.ts';
import {
  COMMIT,
  explainCommit,
  explainGlob,
  explainImageName,
  explainLabel,
  explainModelName,
  explainPlatform,
  explainRef,
  explainRelative,
  explainTag,
  GLOB,
  IMAGE_NAME,
  isClosed,
  LABEL,
  MODEL_NAME,
  PLATFORM,
  REF,
  RELATIVE,
  TAG,
} from './grammar.ts';
import { RuntimeSchema } from './runtime-schema.ts';
import { Argument, Arguments, LabelValue, textOf } from './texts.ts';

function oneOrSeveral(item: z.ZodString, what: string) {
  const several = z
    .array(item)
    .min(1, { error: `the list of ${what} is empty\nleave the key out for the default` })
    .refine((items) => new Set(items).size === items.length, {
      error: ({ input }) => `${what}: "${firstTwice(input as string[])}" is there twice\nremove one of them`,
    })
    .meta({ uniqueItems: true });
  return z.union([item, several]);
}

function firstTwice(items: readonly string[]): string {
  return items.find((item, at) => items.indexOf(item) !== at) ?? '';
}

const Tag = textOf(TAG, explainTag);
const Glob = textOf(GLOB, explainGlob).refine((glob) => !GLOB.test(glob) || isClosed(glob), {
  error: ({ input }) => explainGlob(String(input)),
});
const LAYOUTS = ['layers', 'single'] as const;
/** For editors an enumeration; as a text, what is wrong with one of several is said of that one. */
const Format = textOf(new RegExp(`^(?:${FORMATS.join('|')})$`), explainFormat);

/** A list's scalars are texts (see document.ts); for editors it is a boolean. */
const Flag = z.enum(['true', 'false'], { error: ({ input }) => explainFlag(String(input)) });

const tags = oneOrSeveral(Tag, 'tags').optional();

export const EntrySchema = z
  .strictObject({
    name: textOf(MODEL_NAME, explainModelName).meta({
      description: "The model's name on the Hub: owner/model, or model.",
      examples: ['sentence-transformers/all-MiniLM-L6-v2', 'gpt2'],
    }),
    sha: textOf(COMMIT, explainCommit)
      .optional()
      .meta({
        description: 'The commit of the model on the Hub: 40 hexadecimal digits in lower case.',
        examples: ['11c5a3d5811f50298f278a704980280950aedb10'],
      }),
    source: textOf(RELATIVE, (folder) => explainRelative('source', 'folder', folder))
      .optional()
      .meta({
        description:
          "Instead of sha: a folder with the model's files, relative to this list and beside it or below it.",
        examples: ['my-model'],
      }),
    pin: Flag.optional().meta({
      description: 'true: ai-action update leaves this model at its commit. The default is false.',
    }),
    track: textOf(REF, explainRef)
      .optional()
      .meta({
        description:
          "The branch or tag whose newest commit ai-action update takes. The default is the Hub's own: main.",
        examples: ['main', 'v1.0'],
      }),
    tag: tags.meta({
      description: "The image's tag, or several. The default is latest.",
      examples: ['latest', ['latest', 'v1.0']],
    }),
    tagAs: tags.meta({ description: 'The same as tag, as depot.ai writes it.', deprecated: true }),
    image: textOf(IMAGE_NAME, explainImageName)
      .optional()
      .meta({
        description:
          "The image's name, without registry, prefix and tag. The default is the model's name in lower case.",
        examples: ['owner/model'],
      }),
    include: oneOrSeveral(Glob, 'globs')
      .optional()
      .meta({
        description:
          'Globs of the files to take; the default takes all. A glob without "/" is of file names in every folder, ' +
          'one with "/" is of whole paths; "/" at the end takes a folder. Each must match a file.',
        examples: ['*.safetensors', ['*.json', 'onnx/']],
      }),
    exclude: oneOrSeveral(Glob, 'globs')
      .optional()
      .meta({
        description: 'Globs of the files to leave out, read as those of include; they win over include.',
        examples: ['*.bin', ['*.h5', 'onnx/']],
      }),
    layout: z
      .enum(LAYOUTS, { error: ({ input }) => explainLayout(String(input)) })
      .optional()
      .meta({
        description: 'layers (the default): a layer per large file and one for the rest. single: one layer.',
      }),
    variants: z
      .record(Tag, oneOrSeveral(Glob, 'globs'))
      .refine((variants) => Object.keys(variants).length > 0, {
        error: 'the variants are empty\nleave the key out, or write variants: {tag: glob}',
      })
      .meta({
        description:
          'One image for each of these tags out of this model: with the files that its globs match, and the small ' +
          'files that no variant matches.',
        examples: [{ latest: '*Q4_K_M*.gguf', q4_k_m: '*Q4_K_M*.gguf', q8_0: '*Q8_0*.gguf' }],
      })
      .optional(),
    labels: z
      .record(textOf(LABEL, explainLabel), LabelValue)
      .optional()
      .meta({
        description: "The image's own labels; they win over those that are made of its files.",
        examples: [{ 'gguf.model.usage': 'image-to-text' }],
      }),
    prompt: textOf(RELATIVE, (file) => explainRelative('prompt', 'file', file))
      .optional()
      .meta({
        description:
          'A file with a system prompt, relative to this list and beside it or below it: the image has it under its name.',
        examples: ['system-prompt.txt'],
      }),
    cmd: Arguments.optional().meta({
      description:
        "Arguments of llama.cpp, as the image's Cmd. Those that name the GGUF files (-m, -md, --mmproj, --lora) are " +
        'put before them where they are not among them.',
      examples: [['-c', '8192'], []],
    }),
    platforms: oneOrSeveral(textOf(PLATFORM, explainPlatform), 'platforms')
      .optional()
      .meta({
        description:
          'The platforms that the image is offered for: os/architecture[/variant]. ' +
          'The default is linux/amd64 and linux/arm64.',
        examples: ['linux/amd64', ['linux/amd64', 'linux/arm64', 'linux/arm/v7']],
      }),
    runtimes: z
      .array(RuntimeSchema)
      .min(1, { error: 'the list of runtimes is empty\nleave the key out, or write one' })
      .optional()
      .meta({
        description:
          'Containers that run, made of base images and the model; each has the tags of the image and its name.',
        examples: [[{ name: 'python', base: 'python:3.12-slim' }]],
      }),
    formats: oneOrSeveral(Format, 'formats')
      .optional()
      .meta({
        description:
          'Artifacts that are made beside the image, each at tags of its own, as in latest-modelkit: modelkit (KitOps), ' +
          'modelpack (CNCF ModelPack), docker-model (Docker Model Runner).',
        examples: ['modelkit', ['modelkit', 'modelpack', 'docker-model']],
      }),
  })
  .meta({
    id: 'entry',
    title: 'Model',
    description: 'One model and the image that is made of it.',
    allOf: [
      { oneOf: [{ required: ['sha'] }, { required: ['source'] }] },
      { not: { required: ['tag', 'tagAs'] } },
      { not: { required: ['tag', 'variants'] } },
      { not: { required: ['tagAs', 'variants'] } },
    ],
  });

const entries = z.array(EntrySchema).min(1);

/** The whole file: a sequence of entries, bare or under `models`. */
export const ListSchema = z
  .union([z.strictObject({ models: entries.meta({ description: 'The models to publish.' }) }), entries])
  .meta({
    title: 'Model list',
    description: 'The models that ai-action publishes as container images.',
  });

export const ENTRY_KEYS: readonly string[] = Object.keys(EntrySchema.shape);
export const LIST_KEYS: readonly string[] = ['models'];

/** An entry as it is written, each of its values checked. */
export type ListedEntry = z.output<typeof EntrySchema>;

/** A mistake of a key or value; the text is `what is wrong\nwhat to write instead`. */
export interface Mistake {
  path: readonly (string | number)[];
  text: string;
}

/** What the keys of an entry must hold to between each other; `has` tells which are there. */
export function keyMistakes(has: (key: string) => boolean): Mistake[] {
  const mistakes: Mistake[] = [];
  if (has('sha') && has('source')) {
    const text = 'a model is of the Hub (sha) or of a folder (source), not of both\nremove one of them';
    mistakes.push({ path: ['source'], text });
  }
  for (const key of ['pin', 'track']) {
    if (!has('source') || !has(key)) continue;
    const text = `${key} is for models of the Hub: a folder has no commits to follow\nremove ${key}`;
    mistakes.push({ path: [key], text });
  }
  if (has('tag') && has('tagAs')) {
    mistakes.push({ path: ['tagAs'], text: 'tag and tagAs mean the same\nkeep tag, remove tagAs' });
  }
  for (const key of ['tag', 'tagAs']) {
    if (!has('variants') || !has(key)) continue;
    const text =
      `${key} and variants both name tags\n` +
      `remove ${key}; an image may have several: variants: {latest: "*Q4*", q4: "*Q4*"}`;
    mistakes.push({ path: [key], text });
  }
  return mistakes;
}

function explainFlag(value: string): string {
  const meant = /^(?:true|yes|on|1)$/i.test(value) ? 'true' : 'true or false';
  return `"${value}" is neither true nor false\nwrite pin: ${meant}`;
}

function explainFormat(format: string): string {
  const meant = nearest(format, FORMATS);
  return `"${format}" is not a format\nwrite ${meant ?? FORMATS.join(', ')}`;
}

function explainLayout(layout: string): string {
  const meant = nearest(layout, LAYOUTS);
  return `"${layout}" is not a layout\nwrite ${meant ?? LAYOUTS.join(' or ')}`;
}

/** The list's definition for editors (JSON Schema draft 7, which the YAML language server reads). */
export function listJsonSchema(): object {
  return z.toJSONSchema(ListSchema, {
    target: 'draft-7',
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema === LabelValue || zodSchema === Argument)
        jsonSchema.type = ['string', 'number', 'boolean'];
      if (zodSchema === Format) {
        delete jsonSchema.pattern;
        jsonSchema.enum = [...FORMATS];
      }
      if (zodSchema !== Flag) return;
      delete jsonSchema.enum;
      jsonSchema.type = 'boolean';
    },
  });
}
