/** How a container runs: what its base says, and what is set over it, by the rules of Dockerfile's instructions. */
import type { Annotations } from '../oci/descriptor.ts';

export interface ContainerSettings {
  /** Absolute. */
  workdir?: string;
  /** Over the base's variables, by name. */
  env?: Readonly<Record<string, string>>;
  /** Where it is set, the base's `Cmd` goes, as it does in a Dockerfile. */
  entrypoint?: readonly string[];
  cmd?: readonly string[];
  /** Over the base's labels. */
  labels?: Annotations;
}

type Section = Readonly<Record<string, unknown>>;

/** The `config` section of an image's config (config.md, "config"); all else of the base's stays. */
export function runSection(base: Section, settings: ContainerSettings): Section {
  const { workdir, env, entrypoint, cmd, labels } = settings;
  const { Cmd: _replaced, ...withoutCmd } = base;
  const inherited = entrypoint === undefined ? base : withoutCmd;
  return {
    ...inherited,
    ...(env === undefined ? {} : { Env: withEnv(textsOf(base['Env']), env) }),
    ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
    ...(cmd === undefined ? {} : { Cmd: cmd }),
    ...(workdir === undefined ? {} : { WorkingDir: workdir }),
    ...(labels === undefined ? {} : { Labels: { ...recordOf(base['Labels']), ...labels } }),
  };
}

/** A variable that is there keeps its place. */
function withEnv(base: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const variables = new Map(base.map((variable) => [nameOf(variable), variable]));
  for (const [name, value] of Object.entries(env)) variables.set(name, `${name}=${value}`);
  return [...variables.values()];
}

function nameOf(variable: string): string {
  return variable.split('=', 1)[0] ?? '';
}

function textsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
}

function recordOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
