/** `ai-action inspect`: what an image is and what is in it, without moving its weights. */
import { Command, Option } from 'commander';

import { inspectImage } from '../inspecting/inspect-image.ts';
import { inspectionText } from './inspect-text.ts';
import type { Io } from './io.ts';
import { withReferences, type ReadOptions } from './open-reference.ts';
import { OPTIONS, referenceArgument, withSignInOptions } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';

interface InspectCommandOptions extends ReadOptions {
  platform?: string;
  tensors?: boolean;
  wholeLayers?: boolean;
}

export function inspectCommand(io: Io, finish: Finish): Command {
  const { platform, wholeLayers, insecure, json } = OPTIONS;
  const command = new Command('inspect')
    .description('say what is in an image: tags, platforms, revision, files, layers; no weights are moved')
    .addArgument(referenceArgument())
    .addOption(
      new Option('--tensors', 'types, shapes and parameters too, out of the headers of safetensors files'),
    );
  for (const option of [platform, wholeLayers, insecure, json]) command.addOption(option());
  withSignInOptions(command);
  return command.action(async (reference: string, options: InspectCommandOptions) =>
    finish(await runInspect(reference, options, io)),
  );
}

async function runInspect(text: string, options: InspectCommandOptions, io: Io): Promise<Outcome> {
  const { platform, tensors = false, wholeLayers = false, json = false } = options;
  const inspection = await withReferences([text], options, io, ([named]) =>
    inspectImage({ ...named!, ...(platform === undefined ? {} : { platform }) }, { tensors, wholeLayers }),
  );
  io.stdout.write(json ? `${JSON.stringify(inspection, null, 2)}\n` : inspectionText(inspection));
  return { exitCode: 0 };
}
