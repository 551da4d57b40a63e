/** llama.cpp's arguments for an image's `Cmd`: those of the entry, and the files that they leave to the image. */
import { UserError } from '../errors.ts';
import type { GgufModel } from '../formats/gguf-model.ts';
import type { GgufRole } from '../formats/gguf-role.ts';

type FilledRole = Exclude<GgufRole, 'other'>;

/** How llama.cpp is told the file of each role (its `common/arg.cpp`); the first name is the one that is written. */
const OPTIONS: Readonly<Record<FilledRole, readonly [string, ...string[]]>> = {
  model: ['-m', '--model'],
  drafter: ['-md', '--model-draft'],
  projector: ['--mmproj', '-mm'],
  adapter: ['--lora', '--lora-scaled'],
};
const ROLES = Object.keys(OPTIONS) as FilledRole[];

/**
 * @param cmd of the entry; roles whose options are among them are left as they are
 * @param paths of all files of the image
 * @returns `-m model.gguf …` and then `cmd`, with paths as they are from the image's root
 * @throws UserError where it is not plain which file is meant, or there is no such file
 */
export function ggufCommand(
  cmd: readonly string[],
  models: readonly GgufModel[],
  paths: ReadonlySet<string>,
): string[] {
  checkNamed(cmd, paths);
  const named = new Set(cmd.map(fromRoot));
  const left = models.filter(({ path }) => !named.has(path));
  const filled = ROLES.filter((role) => !OPTIONS[role].some((option) => cmd.includes(option))).flatMap(
    (role) =>
      filesOf(role, left).flatMap((path) => [OPTIONS[role][0], path.startsWith('-') ? `./${path}` : path]),
  );
  return [...filled, ...cmd];
}

/** What the files of an image are given to llama.cpp as, by their paths. */
export function rolesIn(cmd: readonly string[]): Map<string, GgufRole> {
  const roles = new Map<string, GgufRole>();
  for (const [at, option] of cmd.entries()) {
    const role = ROLES.find((one) => OPTIONS[one].includes(option));
    const file = cmd[at + 1];
    if (role !== undefined && file !== undefined) roles.set(fromRoot(file), role);
  }
  return roles;
}

function fromRoot(argument: string): string {
  return argument.replace(/^\.?\//, '');
}

function checkNamed(cmd: readonly string[], paths: ReadonlySet<string>): void {
  const options = new Set(Object.values(OPTIONS).flat());
  for (const [at, option] of cmd.entries()) {
    const file = cmd[at + 1];
    if (!options.has(option) || (file !== undefined && paths.has(fromRoot(file)))) continue;
    throw new UserError(
      `cmd: ${option} names ${file === undefined ? 'no file' : `${file}, which the image has not`}`,
      {
        hint: `Write the path of a file of the model, or leave ${option} out to have it filled in.`,
      },
    );
  }
}

function filesOf(role: FilledRole, models: readonly GgufModel[]): string[] {
  const paths = models.filter((model) => model.role === role).map(({ path }) => path);
  const [option] = OPTIONS[role];
  if (role === 'model' && paths.length === 0) {
    throw new UserError('cmd: there is no GGUF model among the files that an argument -m could name', {
      hint: 'Take one in with include, or leave cmd out.',
    });
  }
  if (role === 'adapter' || paths.length <= 1) return paths;
  const shown = paths.slice(0, 3).join(', ');
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  throw new UserError(`cmd: ${option} could name any of ${paths.length} files: ${shown}${more}`, {
    hint: `Write ${option} and one of them in cmd, leave the others out with exclude, or make an image of each with variants.`,
  });
}
