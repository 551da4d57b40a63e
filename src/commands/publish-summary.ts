/** What a workflow learns of a publishing run: the outputs of its step, and the table on its page. */
import type { Failure } from '../publish/failure.ts';
import type { ModelPlan } from '../publish/plan-models.ts';
import type { CompanionResult } from '../publish/publish-companions.ts';
import type { ModelResult } from '../publish/publish-models.ts';
import { copyInstruction } from '../dockerfile/copy-instruction.ts';
import { formatBytes, formatSeconds } from '../report/format.ts';
import {
  escapeMarkdown,
  markdownBlock,
  markdownCode,
  markdownDetails,
  markdownTable,
} from '../report/markdown.ts';
import { failuresIn, type ModelFailure } from './outcome.ts';

export interface PublishOutputs {
  /** How many models were published, tagged or imported, or had something published beside their images. */
  published: number;
  /** How many were up to date. */
  skipped: number;
  /** How many failed, or had something beside their images fail. */
  failed: number;
  /** Those that are there now; where they are too many for an output, as many as fit, the new ones first. */
  images: PublishedImage[];
}

interface PublishedImage {
  name: string;
  image: string;
  tags: readonly string[];
  digest: string;
  status: string;
}

/**
 * Characters of an output. GitHub fails a job whose outputs take more than 1 MiB together, in UTF-16, which the images
 * of some 4,000 models do.
 */
const MOST_OUTPUT = 400_000;

export function publishOutputs(models: readonly ModelResult[]): PublishOutputs {
  const skipped = models.filter(isUpToDate).length;
  const failed = models.filter(hasFailed).length;
  return {
    published: models.length - skipped - failed,
    skipped,
    failed,
    images: fitting(presentImages(models)),
  };
}

function isUpToDate(model: ModelResult): boolean {
  return model.status === 'up-to-date' && model.companions.every(({ status }) => status === 'up-to-date');
}

function hasFailed(model: ModelResult): boolean {
  return model.status === 'failed' || model.companions.some(({ status }) => status === 'failed');
}

function presentImages(models: readonly ModelResult[]): PublishedImage[] {
  return models.flatMap((model) => {
    if (model.status === 'failed') return [];
    const { name, image } = model;
    return [model, ...model.companions].flatMap((present) => {
      if (present.status === 'failed') return [];
      const { tags, digest, status } = present;
      return [{ name, image, tags, digest, status }];
    });
  });
}

function fitting(images: readonly PublishedImage[]): PublishedImage[] {
  const isOld = ({ status }: PublishedImage): number => Number(status === 'up-to-date');
  let characters = 0;
  return images
    .toSorted((one, other) => isOld(one) - isOld(other))
    .filter((image) => (characters += JSON.stringify(image).length + 1) <= MOST_OUTPUT);
}

/** Markdown: a row a model that was not up to date, and under it what failed, why, and what to do. */
export function publishSummary(models: readonly ModelResult[]): string {
  const { published, skipped, failed, images } = publishOutputs(models);
  const leftOut = presentImages(models).length - images.length;
  const numbers = [
    [published, 'published'],
    [failed, 'failed'],
    [skipped, 'up to date'],
  ] as const;
  const words = numbers.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  const told = models.filter((model) => !isUpToDate(model));
  const heading = ['', 'Model', 'Size', 'Moved', 'Time', 'In a Dockerfile'];
  return paragraphs(
    `## Models: ${words.length === 0 ? 'nothing to publish' : words.join(', ')}`,
    told.length === 0 ? '' : markdownTable(heading, told.flatMap(resultRows)),
    leftOut === 0 ? '' : `The output <code>images</code> lacks ${leftOut} of them: GitHub takes no more.`,
    failureDetails(failuresIn(models)),
  );
}

type PresentModel = Exclude<ModelResult, { status: 'failed' }>;

function resultRows(model: ModelResult): string[][] {
  if (model.status === 'failed') return [resultRow(model)];
  const due = model.companions.filter(({ status }) => status !== 'up-to-date');
  const own = model.status === 'up-to-date' ? [] : [resultRow(model)];
  return [...own, ...due.map((companion) => companionRow(model, companion))];
}

function companionRow(model: PresentModel, companion: CompanionResult): string[] {
  const name = `${escapeMarkdown(model.name)} (${escapeMarkdown(companion.suffix)})`;
  if (companion.status === 'failed') {
    return ['❌ failed', name, '', '', '', escapeMarkdown(companion.error.message)];
  }
  const reference = `${model.importedAs ?? model.image}:${companion.tags[0]}`;
  return [`✅ ${companion.status}`, name, '', '', '', markdownCode(reference)];
}

function resultRow(model: ModelResult): string[] {
  const name = escapeMarkdown(model.name);
  const time = formatSeconds(model.seconds);
  if (model.status === 'failed')
    return ['❌ failed', name, '', '', time, escapeMarkdown(model.error.message)];
  const { layers } = model;
  const moved = layers.filter(({ origin }) => origin === 'pushed');
  return [
    `✅ ${model.status}`,
    name,
    layers.length === 0 ? '' : formatBytes(sizeOf(layers)),
    formatBytes(sizeOf(moved)),
    time,
    markdownCode(
      copyInstruction(`${model.importedAs ?? model.image}:${model.tags[0]}`, model.largestFile ?? '', '.'),
    ),
  ];
}

function sizeOf(layers: readonly { size: number }[]): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}

/** Markdown: what publishing would do. */
export function planSummary(models: readonly ModelPlan[]): string {
  const told = models.filter(({ action }) => action !== 'none');
  const toPublish = models.filter(({ action }) => action === 'publish').length;
  const heading = ['', 'Model', 'Size', 'To move', 'Why'];
  const rows = told.flatMap(planRows);
  return paragraphs(
    `## Plan: ${toPublish} to publish, ${models.length - told.length} up to date`,
    told.length === 0 ? '' : markdownTable(heading, rows),
    failureDetails(failuresIn(models)),
  );
}

function planRows({ action, name, bytes, bytesToMove, reason, companions }: ModelPlan): string[][] {
  const isBuilt = action === 'publish';
  const size = isBuilt ? formatBytes(bytes) : '';
  const toMove = isBuilt ? formatBytes(bytesToMove) : '';
  const own = [action, escapeMarkdown(name), size, toMove, escapeMarkdown(reason)];
  const due = companions.filter((companion) => companion.action !== 'none');
  return [
    ...(action === 'companions' ? [] : [own]),
    ...due.map((companion) => [
      companion.action,
      `${escapeMarkdown(name)} (${escapeMarkdown(companion.suffix)})`,
      companion.bytes === undefined ? '' : formatBytes(companion.bytes),
      companion.bytesToMove === undefined ? '' : formatBytes(companion.bytesToMove),
      escapeMarkdown(companion.reason),
    ]),
  ];
}

/** Bytes of an error's text that the page shows. */
const MOST_TEXT = 4000;

function failureDetails(failures: readonly ModelFailure[]): string {
  const items = failures.map(({ name, error }) => ({
    title: `❌ <b>${escapeMarkdown(name)}</b>: why, and what to do`,
    body: failureText(error),
  }));
  return markdownDetails(items);
}

function failureText({ message, hint, stack }: Failure): string {
  return paragraphs(
    markdownBlock(message.slice(0, MOST_TEXT)),
    hint === undefined ? '' : `**What to do:** ${escapeMarkdown(hint)}`,
    stack === undefined ? '' : markdownBlock(stack.slice(0, MOST_TEXT)),
  );
}

function paragraphs(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
