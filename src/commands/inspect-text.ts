/** What `inspect` found, as text. */
import type { Kind } from '../inspecting/facts.ts';
import type { Companion, InspectedFile, InspectedLayer, Inspection } from '../inspecting/inspect-image.ts';
import type { FileTensors } from '../inspecting/tensors.ts';
import { count, formatBytes } from '../report/format.ts';
import { printable } from '../report/printable.ts';
import { formatTable } from '../report/table.ts';
import { ggufSections } from './gguf-text.ts';

export function inspectionText(inspection: Inspection): string {
  const { reference, layers, files, tensors, gguf, companions = [] } = inspection;
  const sections = [
    [reference, formatTable(factRows(inspection))],
    companions.length === 0 ? [] : [formatTable(companionRows(companions))],
    [formatTable(layerRows(layers)), ...unlistedLines(layers)],
    files.length === 0 ? [] : [formatTable(fileRows(files, layers))],
    ...(gguf === undefined ? [] : ggufSections(gguf)),
    ...(tensors ?? []).map(tensorLines),
    tensors === undefined ? [] : [totalLine(tensors)],
  ];
  const shown = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}

function factRows(inspection: Inspection): string[][] {
  const { digest, artifactType, tags, moreTags, platforms, manifest, layers, size } = inspection;
  const { title, revision, source, license, cmd, kind, of, base } = inspection;
  const rows: [string, string | undefined][] = [
    ['digest', digest],
    ['kind', kind === 'image' ? undefined : KINDS[kind]],
    ['type', artifactType],
    ['layers of', of],
    ['base', base === undefined ? undefined : baseText(base)],
    ['tags', tags === undefined ? undefined : tagText(tags, moreTags)],
    ['model', title],
    ['revision', revision],
    ['license', license],
    ['source', source],
    ['cmd', cmd?.map((word) => JSON.stringify(word)).join(' ')],
    ...platforms.map((one): [string, string] => [one.platform, one.digest]),
    ['manifest', manifest === digest ? undefined : manifest],
    ['size', `${formatBytes(size)} in ${count(layers.length, 'layer')}`],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[`  ${name}`, printable(value)]]));
}

/** As their makers call them. */
const KINDS: Readonly<Record<Kind, string>> = {
  image: 'image',
  container: 'container',
  modelkit: 'ModelKit',
  modelpack: 'ModelPack',
  'docker-model': 'Docker model',
  artifact: 'artifact',
};

/** What shares the layers: a tag each. */
function companionRows(companions: readonly Companion[]): string[][] {
  const rows = companions.map(({ tag, kind, digest, base }) => [
    tag,
    KINDS[kind],
    shortDigest(digest),
    base === undefined ? '-' : printable(baseText(base)),
  ]);
  return [['SAME LAYERS', 'KIND', 'DIGEST', 'BASE'], ...rows];
}

function baseText({ name, digest }: NonNullable<Inspection['base']>): string {
  return [name, digest].filter((part) => part !== undefined).join('@');
}

function tagText(tags: readonly string[], more = false): string {
  const names = tags.length === 0 ? 'none' : tags.join(', ');
  return more ? `${names} (of the first 100 of the repository)` : names;
}

function layerRows(layers: readonly InspectedLayer[]): string[][] {
  const rows = layers.map(({ digest, size, format, toc, files, sharedWith }, at) => [
    String(at + 1),
    formatBytes(size),
    shortDigest(digest),
    toc ? 'eStargz' : format,
    files === undefined ? '?' : String(files),
    sharedWith.join(', ') || '-',
  ]);
  return [['LAYER', 'SIZE', 'DIGEST', 'FORMAT', 'FILES', 'SHARED WITH'], ...rows];
}

function unlistedLines(layers: readonly InspectedLayer[]): string[] {
  const unlisted = layers.filter(({ files }) => files === undefined);
  if (unlisted.length === 0) return [];
  const bytes = formatBytes(unlisted.reduce((sum, { size }) => sum + size, 0));
  const which = unlisted.length === 1 ? 'The files of a layer' : `The files of ${unlisted.length} layers`;
  return [`${which} without a table of contents are not listed: --whole-layers reads ${bytes} for them.`];
}

function fileRows(files: readonly InspectedFile[], layers: readonly InspectedLayer[]): string[][] {
  const numbers = new Map(layers.map(({ digest }, at) => [digest, String(at + 1)]));
  const rows = files.map(({ path, type, size, linkName, layer }) => [
    printable(linkName === undefined ? path : `${path} -> ${linkName}`),
    type === 'reg' ? formatBytes(size) : type,
    numbers.get(layer) ?? '',
  ]);
  return [['FILE', 'SIZE', 'LAYER'], ...rows];
}

function tensorLines(file: FileTensors): string[] {
  const path = printable(file.path);
  if ('error' in file) return [`${path}: ${printable(file.error)}`];
  const rows = file.tensors.map(({ name, dtype, shape }) => [
    printable(name),
    printable(dtype),
    `[${shape.join(', ')}]`,
  ]);
  return [
    `${path}: ${parameterText(file.parameters, file.dtypes)}`,
    formatTable([['TENSOR', 'TYPE', 'SHAPE'], ...rows]),
  ];
}

function totalLine(files: readonly FileTensors[]): string {
  const dtypes: Record<string, number> = {};
  let parameters = 0;
  for (const file of files) {
    if ('error' in file) continue;
    parameters += file.parameters;
    for (const [dtype, number] of Object.entries(file.dtypes)) dtypes[dtype] = (dtypes[dtype] ?? 0) + number;
  }
  const which = count(files.length, 'safetensors file');
  return files.length === 0 ? 'no safetensors files' : `${which}: ${parameterText(parameters, dtypes)}`;
}

/** `22,713,728 parameters (F32 22,713,216, I64 512)` */
function parameterText(parameters: number, dtypes: Readonly<Record<string, number>>): string {
  const shares = Object.entries(dtypes).map(([dtype, number]) => `${printable(dtype)} ${grouped(number)}`);
  return `${grouped(parameters)} parameters${shares.length === 0 ? '' : ` (${shares.join(', ')})`}`;
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

export function shortDigest(digest: string): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}
