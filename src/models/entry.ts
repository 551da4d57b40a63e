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
  /** At least one, each once, sorted. */
  platforms: readonly Platform[];
  /** Where the entry begins. */
  position: Position;
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

/** What names an entry: `image:tag` for each of its tags. No two entries of a list share one. */
export function referencesOf(entry: Pick<Entry, 'image' | 'tags'>): string[] {
  return entry.tags.map((tag) => `${entry.image}:${tag}`);
}

/** The folder of an entry that has one, as a path that the file system understands. */
export function sourceFolder(entry: FolderEntry): string {
  return path.resolve(path.dirname(entry.position.file), entry.source);
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}
