import path from 'node:path';
import type { Layout } from '../image/layer-plan.ts';
import type { Platform } from '../oci/descriptor.ts';

/** A place in a list. */
export interface Position {
  /** The list as it was named to the program. */
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 code units. */
  column: number;
}

interface EntryOptions {
  /** The model's name as the list has it: `owner/model`, or `model`. */
  name: string;
  /** The image's repository, below the registry's prefix: `image` of the list, or made from the name. */
  image: string;
  /** At least one, each once, in the list's order. */
  tags: readonly string[];
  /** Globs of the files to take, sorted; empty takes all. See `selectFiles`. */
  include: readonly string[];
  /** Globs of the files to leave out, sorted. */
  exclude: readonly string[];
  layout: Layout;
  /** Which of these files the image has, where the list makes several images of one entry. */
  variant?: Variant;
  /** Of the config, sorted by their names; they win over those that are made of the files. */
  labels?: Readonly<Record<string, string>>;
  /** A file with a system prompt, relative to the list's folder and inside it, `/` between its parts. */
  prompt?: string;
  /** Arguments of llama.cpp for the image's `Cmd`, without the files that are filled in. */
  cmd?: readonly string[];
  /** At least one, each once, sorted. */
  platforms: readonly Platform[];
  /** Containers that run, made of each of the image's layers; at least one, in the list's order. */
  runtimes?: readonly Runtime[];
  /** Artifacts that are made beside the image; at least one, each once, in the order of `FORMATS`. */
  formats?: readonly ArtifactFormat[];
  /** Where the entry begins. */
  position: Position;
}

/** One of the images that are made of an entry with `variants`; see `selectFiles`. */
export interface Variant {
  /** Globs of the files that it has, sorted. */
  globs: readonly string[];
  /** Those of all variants of the entry, sorted: small files that none of them matches are in every image. */
  claimed: readonly string[];
}

/** Artifacts of other formats, as the tags of these companions end. */
export const FORMATS = ['modelkit', 'modelpack', 'docker-model'] as const;
export type ArtifactFormat = (typeof FORMATS)[number];

/** A container that runs: the layers of a base image, and above them the model's. */
export interface Runtime {
  /** Its tags are those of the image with a hyphen and this behind them. */
  name: string;
  /** As people write images: `python:3.12-slim`, `registry.example/owner/image@sha256:…`. */
  base: string;
  /** Absolute. */
  workdir?: string;
  /** Sorted by their names. */
  env?: Readonly<Record<string, string>>;
  entrypoint?: readonly string[];
  cmd?: readonly string[];
  /** The folder that the model's files are in, without a slash at either end; without it, they are at the root. */
  prefix?: string;
}

/** A model of the Hub at a commit. */
export interface HubEntry extends EntryOptions {
  /** 40 hex digits, lower case. */
  sha: string;
  /** `update` leaves it at its commit. */
  pinned: boolean;
  /** The branch or tag that `update` follows; without it, the Hub's default branch. */
  track?: string;
  source?: undefined;
}

/** A folder of this machine; its revision is computed from its files. */
export interface FolderEntry extends EntryOptions {
  /** Relative to the list's folder and inside it, `/` between its parts. */
  source: string;
  sha?: undefined;
}

/** One model of a list, checked, with every default filled in. */
export type Entry = HubEntry | FolderEntry;

/** One with a system prompt. */
export type PromptEntry = Entry & { prompt: string };

/** Bytes of a prompt. */
export const MAX_PROMPT = 2 ** 20;

export function hasPrompt(entry: Entry): entry is PromptEntry {
  return entry.prompt !== undefined;
}

/**
 * What names an entry: `image:tag` for each of its tags, and then for those of its companions. No two entries of a list
 * share one.
 */
export function referencesOf(entry: Pick<Entry, 'image' | 'tags' | 'runtimes' | 'formats'>): string[] {
  const { image, tags } = entry;
  const companions = suffixesOf(entry).flatMap((suffix) => companionTags(tags, suffix));
  return [...tags, ...companions].map((tag) => `${image}:${tag}`);
}

/** What the tags of an entry's companions have behind its own (src/publish/companion.ts). */
export function suffixesOf({ runtimes = [], formats = [] }: Pick<Entry, 'runtimes' | 'formats'>): string[] {
  return [...runtimes.map(({ name }) => name), ...formats];
}

/** A companion's tags, in the order of its image's. */
export function companionTags(tags: readonly string[], suffix: string): string[] {
  return tags.map((tag) => `${tag}-${suffix}`);
}

/** The folder of an entry that has one, as a path that the file system understands. */
export function sourceFolder(entry: FolderEntry): string {
  return besideList(entry, entry.source);
}

/** The file of an entry's prompt, as a path that the file system understands. */
export function promptFile(entry: PromptEntry): string {
  return besideList(entry, entry.prompt);
}

function besideList({ position }: Entry, relative: string): string {
  return path.resolve(path.dirname(position.file), relative);
}
