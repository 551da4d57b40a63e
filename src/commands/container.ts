/** `ai-action container`: a container image of a ModelKit's or ModelPack artifact's layers on a base image. */
import { Argument, Command } from 'commander';

import { openBases, type Bases, type OpenBase } from '../bases/bases.ts';
import { onPlatforms } from '../containers/platforms.ts';
import { explained } from '../deriving/explained.ts';
import { makeContainer } from '../deriving/make-container.ts';
import { openArtifact } from '../deriving/open-artifact.ts';
import { UsageError } from '../errors.ts';
import { formatReference, isTag, type Reference } from '../oci/reference.ts';
import { choicesOf, containerOptions, settingsOf, type ContainerOptions } from './container-options.ts';
import { containerReport, containerText, containerWarnings } from './container-report.ts';
import type { Io } from './io.ts';
import { referenceOf, withRegistries } from './open-reference.ts';
import { OPTIONS, withSignInOptions } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';

const EXAMPLE = `
Example:
  $ ai-action container ghcr.io/owner/kit:v1 --base python:3.12-slim --with model,code \\
      --workdir / --entrypoint '["python", "serve.py"]'
  makes ghcr.io/owner/kit:v1-container, of the kit's own layers: nothing of them is packed anew.
`;

export function containerCommand(io: Io, finish: Finish): Command {
  const { insecure, json } = OPTIONS;
  const command = new Command('container')
    .description(
      'make a container image of a ModelKit or ModelPack artifact: its layers, unaltered, on a base image',
    )
    .addArgument(new Argument('<reference>', 'the artifact: registry.example/owner/kit:tag, or …@sha256:…'))
    .addHelpText('after', EXAMPLE);
  for (const option of [...containerOptions(), insecure(), json()]) command.addOption(option);
  withSignInOptions(command);
  return command.action(async (reference: string, options: ContainerOptions) =>
    finish(await runContainer(reference, options, io)),
  );
}

async function runContainer(text: string, options: ContainerOptions, io: Io): Promise<Outcome> {
  const source = referenceOf(text);
  const to = destinationOf(source, options.to);
  const choices = choicesOf(options.with);
  const run = await withRegistries(text, options, io, async (connect, progress) => {
    const artifact = await openArtifact(source, async ({ registry, repository }) =>
      (await connect(registry)).repository(repository),
    );
    const bases = openBases((host) => connect(host));
    const base = await openBaseOf(bases, options, formatReference(to));
    const registry = await connect(to.registry, { writes: options.dryRun !== true });
    const made = await makeContainer({
      artifact,
      base,
      bases,
      choices,
      settings: settingsOf(options),
      to: { repository: registry.repository(to.repository), tag: to.tag },
      dryRun: options.dryRun === true,
      progress,
      signal: io.signal,
    });
    return { artifact, base, made, to: formatReference(to) };
  });
  const report = containerReport(run);
  for (const line of containerWarnings(report)) io.stderr.write(`${line}\n`);
  io.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : containerText(report));
  return { exitCode: 0 };
}

/** @throws UsageError where the container would be put over it; UserError */
async function openBaseOf(
  bases: Bases,
  { base: name, platform: platforms }: ContainerOptions,
  to: string,
): Promise<OpenBase> {
  const base = await bases.open(name);
  if (base.name === to) {
    throw new UsageError(`--to ${to} is the base itself.`, {
      hint: 'Write another tag, or another repository.',
    });
  }
  return platforms === undefined
    ? base
    : { ...base, ...(await explained(undefined, () => onPlatforms(base, platforms))) };
}

/** @throws UsageError where it cannot be told, or is what the container is made of */
function destinationOf(source: Reference, to: string | undefined): Reference & { tag: string } {
  const { registry, repository, tag, digest } = source;
  if (to === undefined && digest !== undefined && tag === undefined) {
    throw new UsageError(
      `--to is missing: ${formatReference(source)} has no tag to call the container after.`,
      {
        hint: `Say where it goes, as in --to ${registry}/${repository}:container.`,
      },
    );
  }
  const own = tag ?? 'latest';
  const ownContainer = `${own}-container`;
  if (to === undefined && !isTag(ownContainer)) {
    throw new UsageError(`--to is missing: the tag ${ownContainer} would have more than 128 characters.`, {
      hint: `Say where it goes, as in --to ${registry}/${repository}:container.`,
    });
  }
  const named = to === undefined ? { registry, repository, tag: ownContainer } : referenceOf(to);
  const wanted = { ...named, tag: named.tag ?? 'latest' };
  if (named.digest !== undefined) {
    throw new UsageError(`--to ${to} names a digest, which the container has yet to get.`, {
      hint: 'Write a tag, as in --to registry.example/owner/model:container.',
    });
  }
  if (registry === wanted.registry && repository === wanted.repository && own === wanted.tag) {
    throw new UsageError(`--to ${to} is the artifact itself.`, {
      hint: 'Write another tag, or another repository.',
    });
  }
  return wanted;
}
