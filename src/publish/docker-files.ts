/** Which of a model's files Docker Model Runner is given, by their names, as its own tool chooses them. */
import type { DockerRole } from '../artifacts/docker-model.ts';
import { baseName, fileRole } from '../artifacts/file-role.ts';
import { UserError } from '../errors.ts';
import { groupShards, type GgufFiles } from '../formats/gguf-shards.ts';
import { runsAlone } from '../gguf/choose.ts';
import type { SourceFile } from '../hub/source.ts';

export interface DockerSelection {
  format: 'gguf' | 'safetensors';
  /** In the order of the layers. */
  files: readonly DockerChoice[];
  /** Those of the same content as another one: the runner, which brings all layers at once, fails where two are one. */
  doubles: readonly SourceFile[];
}

export interface DockerChoice {
  file: SourceFile;
  role: DockerRole;
}

const LICENSE = /licen[cs]e|copying|notice/i;

/**
 * A model of GGUF files goes with its projector, licence and chat template, one of safetensors with everything but
 * weights of other formats. Where there are both, GGUF is what the runner prefers, too.
 * @param name of the model, for messages
 * @throws UserError where there is no model that the runner takes, or more than one
 */
export function selectDockerFiles(name: string, files: readonly SourceFile[]): DockerSelection {
  const [model, another] = runsAlone(groupShards(files));
  if (model !== undefined) {
    if (another !== undefined) throw severalModels(name, runsAlone(groupShards(files)));
    return chosen('gguf', ggufFiles(name, model, files));
  }
  if (files.some(isSafetensors)) return chosen('safetensors', safetensorsFiles(files));
  throw new UserError(
    `${name} has no GGUF and no safetensors files: nothing that Docker Model Runner runs.`,
    {
      hint: 'Leave docker-model out of `formats`, or take such files with `include`.',
    },
  );
}

/** Of files of the same content the one that is in the fewest folders stays. */
function chosen(format: DockerSelection['format'], choices: readonly DockerChoice[]): DockerSelection {
  const first = new Map<string, DockerChoice>();
  const depth = ({ file }: DockerChoice): number => file.path.split('/').length;
  for (const choice of choices) {
    const present = first.get(choice.file.oid);
    if (present === undefined || depth(choice) < depth(present)) first.set(choice.file.oid, choice);
  }
  const stays = (choice: DockerChoice): boolean => first.get(choice.file.oid) === choice;
  return {
    format,
    files: choices.filter(stays),
    doubles: choices.filter((choice) => !stays(choice)).map(({ file }) => file),
  };
}

function severalModels(name: string, groups: readonly GgufFiles<SourceFile>[]): UserError {
  const [first, second] = groups.map(({ files: [{ path }] }) => path);
  const more = groups.length > 2 ? `, and ${groups.length - 2} more` : '';
  return new UserError(
    `${name} has ${groups.length} GGUF models (${first}, ${second}${more}), and a Docker model is one.`,
    { hint: 'Make an image of each with `variants`, or take one with `include`.' },
  );
}

function ggufFiles(name: string, model: GgufFiles<SourceFile>, files: readonly SourceFile[]): DockerChoice[] {
  const [absent] = model.missing;
  if (absent !== undefined) {
    throw new UserError(`${name} lacks ${absent}, a part of its GGUF model.`, {
      hint: 'Take all parts with `include`, or leave docker-model out of `formats`.',
    });
  }
  const projector = chooseProjector(files);
  const template = files.find(({ path }) => /\.jinja$/i.test(path) && !path.includes('/'));
  return [
    ...as('gguf', model.files),
    ...as('mmproj', [projector]),
    ...as('chatTemplate', [template]),
    ...as('license', files.filter(isLicense)),
  ];
}

function as(role: DockerRole, found: readonly (SourceFile | undefined)[]): DockerChoice[] {
  return found.flatMap((file) => (file === undefined ? [] : [{ file, role }]));
}

/** The runner takes one: that of half precision, where there are several. */
function chooseProjector(files: readonly SourceFile[]): SourceFile | undefined {
  const projectors = files.filter(({ path }) => /mmproj.*\.gguf$/i.test(baseName(path)));
  return projectors.find(({ path }) => /(?:^|[^b])f16/i.test(baseName(path))) ?? projectors[0];
}

function safetensorsFiles(files: readonly SourceFile[]): DockerChoice[] {
  return files
    .filter((file) => isSafetensors(file) || fileRole(file.path) !== 'weight')
    .map((file) => ({ file, role: roleOf(file) }));
}

function roleOf(file: { path: string }): DockerRole {
  if (isSafetensors(file)) return 'safetensors';
  if (/\.jinja$/i.test(file.path)) return 'chatTemplate';
  return isLicense(file) ? 'license' : 'file';
}

function isSafetensors({ path }: { path: string }): boolean {
  return /\.safetensors$/i.test(path);
}

function isLicense({ path }: { path: string }): boolean {
  return LICENSE.test(baseName(path)) && fileRole(path) === 'doc';
}
