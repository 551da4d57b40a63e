/** `ai-action estimate`: the memory that a GGUF model needs, from its header, before it is pulled. */
import { Argument, Command, Option } from 'commander';

import { estimateFiles, type EstimateFiles } from '../estimate/estimate.ts';
import { summarize } from '../estimate/summary.ts';
import { roleOf, type GgufRole } from '../formats/gguf-role.ts';
import { groupShards, type WholeGguf } from '../formats/gguf-shards.ts';
import { chooseModel, findFile, readHeader } from '../gguf/choose.ts';
import { rolesIn } from '../gguf/command.ts';
import { estimateJson, estimateText } from './estimate-text.ts';
import { withPlace, type OpenedPlace, type PlaceOptions } from './gguf-places.ts';
import type { Io } from './io.ts';
import { estimateOptions, llamaOptionsIn, withLlamaOptions, type LlamaOptions } from './llama-options.ts';
import { OPTIONS, withSignInOptions } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';

interface EstimateCommandOptions extends PlaceOptions, LlamaOptions {
  drafter?: string;
  projector?: string;
  adapter?: string[];
}

export function estimateCommand(io: Io, finish: Finish): Command {
  const { hub, platform, wholeLayers, insecure, json } = OPTIONS;
  const beside = 'a file beside the model, or another place as the model’s';
  const command = new Command('estimate')
    .description('say how much memory a GGUF model needs to run; no weights are moved')
    .addArgument(
      new Argument(
        '<model>',
        'a file or folder, registry.example/owner/model:tag, or owner/model on the Hub',
      ),
    )
    .addArgument(new Argument('[file]', 'which of its GGUF files, as a path or a glob: *q5_k_m.gguf'))
    .addOption(new Option('--drafter <file>', `the model that drafts for it: ${beside}`))
    .addOption(new Option('--projector <file>', `what shows it images or sounds (mmproj): ${beside}`))
    .addOption(new Option('--adapter <file...>', `LoRA adapters: ${beside}`));
  withLlamaOptions(command);
  for (const option of [hub, platform, wholeLayers, insecure, json]) command.addOption(option());
  withSignInOptions(command);
  return command.action(async (model: string, file: string | undefined, options: EstimateCommandOptions) => {
    finish(await runEstimate({ model, file, command }, options, io));
  });
}

interface Asked {
  model: string;
  file: string | undefined;
  command: Command;
}

async function runEstimate(
  { model, file, command }: Asked,
  options: EstimateCommandOptions,
  io: Io,
): Promise<Outcome> {
  const { files, said } = await withPlace(model, options, io, async (place) => ({
    files: await findFiles(place, file, { options, io }),
    said: { ...llamaOptionsIn(command, place.cmd), ...givenOptions(command) },
  }));
  const run = estimateOptions(said);
  const estimates = estimateFiles(files, run.options, run.drafter);
  const summary = summarize(estimates, run.isMapped);
  const report = { files, estimates, summary, isMapped: run.isMapped };
  const { json = false } = options;
  io.stdout.write(json ? `${JSON.stringify(estimateJson(report), null, 2)}\n` : estimateText(report));
  return { exitCode: 0 };
}

/** Without the defaults, which what an image says goes before. */
function givenOptions(command: Command): LlamaOptions {
  return Object.fromEntries(
    Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) !== 'default'),
  );
}

interface Around {
  options: EstimateCommandOptions;
  io: Io;
}

/** What an image has is made to run together; a repository has something for everybody. */
async function findFiles(
  place: OpenedPlace,
  file: string | undefined,
  around: Around,
): Promise<EstimateFiles> {
  const { drafter, projector, adapter } = around.options;
  const found =
    place.kind === 'image'
      ? await filesOfImage(place, file)
      : { model: await readModel(place, file), adapters: [] };
  const beside = async (text: string): Promise<WholeGguf> => readBeside(place, text, around);
  return {
    ...found,
    ...(drafter === undefined ? {} : { drafter: await beside(drafter) }),
    ...(projector === undefined ? {} : { projector: await beside(projector) }),
    ...(adapter === undefined ? {} : { adapters: await Promise.all(adapter.map(beside)) }),
  };
}

async function readModel(place: OpenedPlace, file: string | undefined): Promise<WholeGguf> {
  const chosen = file === undefined ? place.chosen : undefined;
  return readHeader(place.name, chosen ?? chooseModel(place, file));
}

/** A file at the same place, or else a place of its own. */
async function readBeside(place: OpenedPlace, text: string, { options, io }: Around): Promise<WholeGguf> {
  const group = findFile(place, text);
  if (group !== undefined) return readHeader(place.name, group);
  return withPlace(text, options, io, async (other) => readModel(other, undefined));
}

async function filesOfImage(place: OpenedPlace, file: string | undefined): Promise<EstimateFiles> {
  const headers = await Promise.all(groupShards(place.files).map((group) => readHeader(place.name, group)));
  const said = rolesIn(place.cmd);
  const ofRole = (role: GgufRole): WholeGguf[] =>
    headers.filter((header) => (said.get(header.path) ?? roleOf(header)) === role);
  const [only, another] = ofRole('model');
  const isPlain = file === undefined && only !== undefined && another === undefined;
  const [drafter] = ofRole('drafter');
  const [projector] = ofRole('projector');
  const model = isPlain ? only : await readModel(place, file);
  return {
    model,
    ...(drafter === undefined || drafter.path === model.path ? {} : { drafter }),
    ...(projector === undefined || projector.path === model.path ? {} : { projector }),
    adapters: ofRole('adapter').filter(({ path }) => path !== model.path),
  };
}
