/** Which of a model's files Docker Model Runner is given, by their names, as its own tool chooses them. */
import type { DockerRole } from '../artifacts/docker-model.ts';
import { baseName, fileRole } from '../artifacts/file-role.ts';
import { UserError } from '../errors.ts';
import { groupShards, type GgufFiles } from '../formats/gguf-shards.ts';
import { runsAlone } from '../gguf/choose.ts';

export interface DockerSelection<File> {
  format: 'gguf' | 'safetensors';
  /** The files of the one GGUF model. */
  gguf?: GgufFiles<File>;
  /** In the order of the layers. */
  files: readonly { file: File; role: DockerRole }[];
}

const LICENSE = /licen[cs]e|copying|notice/i;

/**
 * A model of GGUF files goes with its projector, licence and chat template, one of safetensors with everything but
 * weights of other formats. Where there are both, GGUF is what the runner prefers, too.
 * @param name of the model, for messages
 * @throws UserError where there is no model that the runner takes, or more than one
 */
export function selectDockerFiles<File extends { path: string }>(
  name: string,
  files: readonly File[],
): DockerSelection<File> {
  const [model, another] = runsAlone(groupShards(files));
  if (model !== undefined) {
    if (another !== undefined) throw severalModels(name, runsAlone(groupShards(files)));
    return ggufFiles(name, model, files);
  }
  if (files.some(isSafetensors)) return { format: 'safetensors', files: safetensorsFiles(files) };
  throw new UserError(
    `${name} has no GGUF and no safetensors files: nothing that Docker Model Runner runs.`,
    {
      hint: 'Leave docker-model out of `formats`, or take such files with `include`.',
    },
  );
}

function severalModels<File extends { path: string }>(
  name: string,
  groups: readonly GgufFiles<File>[],
): UserError {
  const [first, second] = groups.map(({ files: [{ path }] }) => path);
  const more = groups.length > 2 ? `, and ${groups.length - 2} more` : '';
  return new UserError(
    `${name} has ${groups.length} GGUF models (${first}, ${second}${more}), and a Docker model is one.`,
    { hint: 'Make an image of each with `variants`, or take one with `include`.' },
  );
}

function ggufFiles<File extends { path: string }>(
  name: string,
  model: GgufFiles<File>,
  files: readonly File[],
): DockerSelection<File> {
  const [absent] = model.missing;
  if (absent !== undefined) {
    throw new UserError(`${name} lacks ${absent}, a part of its GGUF model.`, {
      hint: 'Take all parts with `include`, or leave docker-model out of `formats`.',
    });
  }
  const projector = chooseProjector(files);
  const template = files.find(({ path }) => /\.jinja$/i.test(path) && !path.includes('/'));
  const role = (found: File | undefined, is: DockerRole) =>
    found === undefined ? [] : [{ file: found, role: is }];
  return {
    format: 'gguf',
    gguf: model,
    files: [
      ...model.files.map((file) => ({ file, role: 'gguf' as const })),
      ...role(projector, 'mmproj'),
      ...role(template, 'chatTemplate'),
      ...files.filter(isLicense).map((file) => ({ file, role: 'license' as const })),
    ],
  };
}

/** The runner takes one: that of half precision, where there are several. */
function chooseProjector<File extends { path: string }>(files: readonly File[]): File | undefined {
  const projectors = files.filter(({ path }) => /mmproj.*\.gguf$/i.test(baseName(path)));
  return projectors.find(({ path }) => /(?:^|[^b])f16/i.test(baseName(path))) ?? projectors[0];
}

function safetensorsFiles<File extends { path: string }>(
  files: readonly File[],
): { file: File; role: DockerRole }[] {
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
