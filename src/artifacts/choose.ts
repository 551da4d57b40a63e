/** Which parts of an artifact are wanted: by role, and within a role by name or path, as `kit unpack --filter` has it. */
import { ROLES, type ArtifactPart, type Role } from './artifact.ts';
import { ArtifactError } from './artifact-error.ts';

export interface Choice {
  role: Role;
  /** Name or path of the part; undefined: all of the role. */
  named?: string;
}

/** `model`, or `datasets:train`. @throws ArtifactError */
export function parseChoice(text: string): Choice {
  const colon = text.indexOf(':');
  const word = colon < 0 ? text : text.slice(0, colon);
  const role = ROLES.find((one) => one === word);
  if (role === undefined) {
    throw new ArtifactError(
      `"${text}" names no part of a ModelKit.`,
      `Write ${ROLES.join(', ')}, and behind a colon the name or the path of one: datasets:train.`,
    );
  }
  return colon < 0 ? { role } : { role, named: text.slice(colon + 1) };
}

/**
 * The wanted parts, in the artifact's order; all of them where there is no choice.
 * @throws ArtifactError where a name is not there, or nothing is left
 */
export function chooseParts<Part extends ArtifactPart>(
  parts: readonly Part[],
  choices: readonly Choice[],
): Part[] {
  for (const choice of choices) {
    if (choice.named !== undefined && !parts.some((part) => isChosen(part, choice))) {
      throw new ArtifactError(
        `There are no ${choice.role} "${choice.named}" in it.`,
        `It has ${inventory(parts)}.`,
      );
    }
  }
  const chosen = parts.filter((part) => choices.length === 0 || choices.some((one) => isChosen(part, one)));
  if (chosen.length > 0) return chosen;
  const wanted = choices.map(({ role }) => role).join(', ');
  throw new ArtifactError(
    `There is nothing of it to take${wanted === '' ? '' : `: no ${wanted}`}.`,
    parts.length === 0 ? 'Name an artifact that has parts of its own.' : `It has ${inventory(parts)}.`,
  );
}

function isChosen({ role, name, path }: ArtifactPart, choice: Choice): boolean {
  if (role !== choice.role) return false;
  const { named } = choice;
  return named === undefined || name === named || (path !== undefined && trimmed(path) === trimmed(named));
}

/** `./data/` and `data` are one folder. */
function trimmed(path: string): string {
  return path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
}

function inventory(parts: readonly ArtifactPart[]): string {
  return parts.map(({ role, name, path }) => `${role}:${path ?? name ?? '.'}`).join(', ');
}
