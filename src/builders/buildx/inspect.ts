/** The builder that buildx has selected, held to what a model's layers need. */
import { UserError } from '../../errors.ts';
import { explainBuildx } from './explain.ts';
import { CREATE_BUILDER, STREAM_INSTEAD } from './hints.ts';
import { runBuildx, type Buildx, type RunOptions } from './run-buildx.ts';

export interface BuilderInstance {
  name: string;
  driver: string;
  /** Where its BuildKit is, as buildx says it: `unix:///…`, `tcp://…`, or the name of a Docker context. */
  endpoint: string;
  /** Name of its first node; the container of the driver docker-container is called by it. */
  node: string;
}

/** The first BuildKit that heeds SOURCE_DATE_EPOCH; `COPY --link` and eStargz are older. */
const OLDEST = [0, 11] as const;

/**
 * Starts the builder where it does not run yet.
 * @throws UserError where there is none, or it cannot make eStargz layers
 */
export async function inspectBuilder(buildx: Buildx, options: RunOptions): Promise<BuilderInstance> {
  const outcome = await runBuildx(buildx, ['inspect', '--bootstrap'], options);
  const text = outcome?.stdout ?? '';
  const name = field(text, 'Name') ?? options.env['BUILDX_BUILDER'] ?? 'default';
  const driver = field(text, 'Driver') ?? '';
  if (driver === 'docker') {
    throw new UserError(
      `The builder "${name}" is Docker's own (driver docker), which cannot push eStargz layers.`,
      { hint: CREATE_BUILDER },
    );
  }
  const problem = field(text, 'Error');
  if (outcome?.code !== 0 || driver === '' || problem !== undefined) {
    throw explainBuildx(`The builder "${name}" cannot be used`, problem ?? outcome?.stderr ?? '');
  }
  const version = field(text, 'BuildKit version') ?? field(text, 'Buildkit') ?? '';
  if (isTooOld(version)) {
    throw new UserError(
      `The builder "${name}" runs BuildKit ${version}, and ${OLDEST.join('.')} is the oldest that will do.`,
      {
        hint: `Have a newer one: "docker buildx rm ${name}", then "docker buildx create --driver docker-container --use"; or ${STREAM_INSTEAD}.`,
      },
    );
  }
  const nodes = text.slice(text.indexOf('\nNodes:') + 1);
  return { name, driver, endpoint: field(nodes, 'Endpoint') ?? '', node: field(nodes, 'Name') ?? '' };
}

/** The first value of `Key:   value`; of several nodes, that of the first. */
function field(text: string, key: string): string | undefined {
  return new RegExp(`^${key}:[ \\t]+(\\S.*)$`, 'm').exec(text)?.[1]?.trim();
}

/** A build that says no number, like one of a branch, is its owner's responsibility. */
function isTooOld(version: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  const [oldestMajor, oldestMinor] = OLDEST;
  return Number(major) < oldestMajor || (Number(major) === oldestMajor && Number(minor) < oldestMinor);
}
