/** What the Hub and the files themselves say about the models of a list, before anything is published. */
import pLimit from 'p-limit';

import { UserError } from '../errors.ts';
import { isUnanswered, isUnknownRevision } from '../hub/hub-errors.ts';
import type { Source } from '../hub/source.ts';
import type { Entry, HubEntry, Position } from '../models/entry.ts';
import { rawFilesOf } from '../publish/companion-artifact.ts';
import { failureOf, type Failure } from '../publish/failure.ts';
import { count } from '../report/format.ts';
import { printable } from '../report/printable.ts';
import { checkAccess, readPublishable, type Publishable } from './revisions.ts';
import type { CurationRun } from './run.ts';
import { explainUnsafe, findUnsafeFiles, type UnsafeFile, type UnsafeFiles } from './unsafe-files.ts';

/** Something that the list's author should know; the text is `message\nhint`. */
export interface Remark {
  /** The key of the entry that it is about. */
  key: 'name' | 'sha' | 'formats';
  severity: 'mistake' | 'warning';
  text: string;
}

export interface ModelCheck {
  name: string;
  /** Where the list has the model. */
  position: Position;
  /** `wrong`: it cannot be published as it stands; `failed`: the Hub could not be asked; `folder`: it was not. */
  status: 'fine' | 'wrong' | 'failed' | 'folder';
  sha?: string;
  gated?: boolean;
  license?: string;
  layers?: number;
  files?: number;
  /** Of its files. */
  bytes?: number;
  /** Pickles among its files; undefined where they could not be read. */
  unsafe?: readonly UnsafeFile[];
  remarks: readonly Remark[];
  error?: Failure;
}

const MODELS_AT_ONCE = 4;

/** @returns an answer for each entry, in their order. */
export async function checkModels(entries: readonly Entry[], run: CurationRun): Promise<ModelCheck[]> {
  const turn = pLimit(MODELS_AT_ONCE);
  return await Promise.all(entries.map((entry) => turn(() => checkOne(entry, run))));
}

async function checkOne(entry: Entry, run: CurationRun): Promise<ModelCheck> {
  const { name, position } = entry;
  if (entry.source !== undefined) return { name, position, status: 'folder', remarks: [] };
  const head = { name, position, sha: entry.sha };
  run.progress.begin(name);
  try {
    run.signal.throwIfAborted();
    const checked = await checkModel(entry, run);
    const isWrong = checked.remarks.some(({ severity }) => severity === 'mistake');
    return { ...head, status: isWrong ? 'wrong' : 'fine', ...checked };
  } catch (error) {
    if (!(error instanceof UserError) || isUnanswered(error)) {
      return { ...head, status: 'failed', remarks: [], error: failureOf(error) };
    }
    const key = isUnknownRevision(error) ? 'sha' : 'name';
    // The place is shown with the remark.
    const message = error.message.replace(`${position.file}:${position.line}: `, '');
    const text = error.hint === undefined ? message : `${message}\n${error.hint}`;
    return { ...head, status: 'wrong', remarks: [{ key, severity: 'mistake', text }] };
  } finally {
    run.progress.end(name);
  }
}

async function checkModel(
  entry: HubEntry,
  run: CurationRun,
): Promise<Omit<ModelCheck, 'name' | 'position' | 'status'>> {
  const { name, gated } = await run.api.head(entry.name, entry.sha);
  const remarks: Remark[] = [];
  const warn = (key: Remark['key'], text: string): void => {
    remarks.push({ key, severity: 'warning', text });
  };
  if (name !== entry.name) {
    warn(
      'name',
      `${entry.name} is called ${name} on the Hub by now\nthe old name leads there as long as nobody else takes it`,
    );
  }
  const source = run.sourceOf(entry);
  try {
    const published = await readPublishable(entry, source, run.signal);
    remarks.push(...refusedFormats(entry, published));
    const { license } = published.revision;
    if (license === undefined) {
      warn(
        'name',
        `${entry.name} states no license\nwithout one nobody may copy it: ask its author, or remove it`,
      );
    }
    const refusal = gated ? await accessRefusal(published, source, run) : undefined;
    if (refusal !== undefined) warn('name', refusal);
    const unsafe =
      refusal === undefined ? await findUnsafeFiles(source, published.files, run.signal) : undefined;
    if (unsafe !== undefined) warnOfUnsafe(unsafe, (text) => warn('sha', text));
    return {
      gated,
      ...(license === undefined ? {} : { license }),
      layers: published.layers,
      files: published.files.length,
      bytes: published.bytes,
      ...(unsafe === undefined ? {} : { unsafe: unsafe.found }),
      remarks,
    };
  } finally {
    await source.close();
  }
}

/** Formats that cannot be made of the model's files. */
function refusedFormats({ name, formats = [] }: HubEntry, { files }: Publishable): Remark[] {
  return formats.flatMap((format) => {
    try {
      rawFilesOf(format, name, files);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [{ key: 'formats', severity: 'mistake', text: `${error.message}\n${error.hint ?? ''}` }];
    }
  });
}

/** Why the files cannot be read, which whoever publishes may well be able to. */
async function accessRefusal(
  { files }: Publishable,
  source: Source,
  { signal }: CurationRun,
): Promise<string | undefined> {
  try {
    await checkAccess(files, source, signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError) || isUnanswered(error)) throw error;
    return `${error.message}\nits files were not looked into; publishing needs HF_TOKEN: ${error.hint ?? ''}`;
  }
}

/** Remarks of one kind for a model; the JSON document has all. */
const MOST_REMARKS = 20;

function warnOfUnsafe({ found, unseen }: UnsafeFiles, warn: (text: string) => void): void {
  const told = [
    ...found.filter(({ judgement }) => judgement === 'dangerous'),
    ...found.filter(({ judgement }) => judgement === 'unknown'),
  ];
  for (const file of told.slice(0, MOST_REMARKS)) warn(explainUnsafe(file));
  if (told.length > MOST_REMARKS) {
    warn(`${told.length - MOST_REMARKS} more files may be unsafe to load\n--json names all of them`);
  }
  const harmless = new Set(found.filter(({ judgement }) => judgement === 'harmless').map(({ path }) => path));
  if (harmless.size > 0) {
    const [first = ''] = harmless;
    const others = harmless.size === 1 ? '' : ` and ${harmless.size - 1} more`;
    const verb = harmless.size === 1 ? 'is a pickle' : 'are pickles';
    warn(
      `${printable(first)}${others} ${verb} with only harmless imports\n` +
        'safetensors cannot run code at all: where the model has them, leave the pickles out with exclude',
    );
  }
  if (unseen > 0) {
    warn(`${count(unseen, 'file')} were not looked into\nwhat is not needed can be left out with exclude`);
  }
}
