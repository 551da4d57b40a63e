/** The options that several commands share, each defined once: the action's inputs have the same names. */
import { homedir } from 'node:os';
import { join } from 'node:path';

import { Argument, Option, type Command } from 'commander';

import type { BuilderName } from '../image/layer-key.ts';

/** See the option --select. */
export type Selection = 'changed' | 'missing' | 'all';

/** The layer index, in the folder of --cache. */
export const LAYER_INDEX = 'layers.jsonl';

export interface ListOptions {
  models: string;
  only?: string[];
  base?: string;
  select?: Selection;
}

export interface PublishOptions extends ListOptions {
  registry?: string;
  builder: BuilderName;
  hub?: string;
  insecure?: boolean;
  importUrl?: string;
  importToken?: string;
  workloadIdentityProvider?: string;
  serviceAccount?: string;
  serviceAccountKey?: string;
  cache: string;
  json?: boolean;
}

/** Of the command line, which is to need nothing else on the machine; action.yml has the action's own. */
export const DEFAULT_BUILDER: BuilderName = 'stream';

/** The image that is read. */
export function referenceArgument(): Argument {
  return new Argument(
    '<reference>',
    'registry.example/owner/model:tag, or registry.example/owner/model@sha256:…',
  );
}

export const OPTIONS = {
  models: () => new Option('--models <file>', 'the list of models').default('models/models.yaml'),
  registry: () =>
    new Option(
      '--registry <host/prefix>',
      'where the images go: us-docker.pkg.dev/project/models, localhost:5000',
    ),
  builder: () =>
    new Option(
      '--builder <name>',
      'stream: from the source straight into the registry; buildx: by BuildKit on the disk, smaller and slower',
    )
      .choices(['stream', 'buildx'] satisfies BuilderName[])
      .default(DEFAULT_BUILDER),
  select: () =>
    new Option(
      '--select <which>',
      'changed: entries that differ from those at --base; missing: those whose image is not up to date; ' +
        'all: every entry, its image made anew (default: changed with --base, else missing)',
    ).choices(['changed', 'missing', 'all']),
  only: () => new Option('--only <name...>', 'only the models of these names'),
  base: () => new Option('--base <rev>', 'the git revision whose list the present one is compared with'),
  hub: () =>
    new Option(
      '--hub <url>',
      'another Hugging Face Hub (default: $HF_ENDPOINT, else https://huggingface.co)',
    ),
  importUrl: () =>
    new Option(
      '--import-url <url>',
      'the ai-action registry that imports what was pushed: https://registry.example',
    ),
  importToken: () =>
    new Option(
      '--import-token <token>',
      'what lets it import there (default: $AI_ACTION_IMPORT_TOKEN, else the GitHub job’s own proof, else docker login)',
    ),
  workloadIdentityProvider: () =>
    new Option(
      '--workload-identity-provider <name>',
      'Artifact Registry: sign in with the GitHub job’s own proof, by projects/N/locations/global/workloadIdentityPools/POOL/providers/PROVIDER',
    ),
  serviceAccount: () =>
    new Option(
      '--service-account <email>',
      'Artifact Registry: the service account that the job then acts as; without it as itself',
    ),
  serviceAccountKey: () =>
    new Option(
      '--service-account-key <key>',
      'Artifact Registry: sign in with the key of a service account, as a file, JSON or base64 (default: $GOOGLE_APPLICATION_CREDENTIALS, else docker login)',
    ),
  githubToken: () =>
    new Option(
      '--github-token <token>',
      'what GitHub’s API lets list and remove images of ghcr.io, and open pull requests (default: $GITHUB_TOKEN, else $GH_TOKEN)',
    ),
  platform: () =>
    new Option(
      '--platform <os/arch>',
      'whose image, of an index (default: linux on this machine’s architecture, else the first)',
    ),
  wholeLayers: () =>
    new Option('--whole-layers', 'read layers without a table of contents through to list their files'),
  insecure: () => new Option('--insecure', 'speak plain http to a registry that is not on this machine'),
  cache: () =>
    new Option('--cache <dir>', 'where layers and hashes that are known are noted').default(
      join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'ai-action'),
      '$XDG_CACHE_HOME/ai-action, else ~/.cache/ai-action',
    ),
  online: () =>
    new Option(
      '--online',
      'ask the Hub too: that model and commit exist, license, size, and pickles among the files',
    ),
  summary: () =>
    new Option('--summary <file>', 'write what changed to this file too, as Markdown for a pull request'),
  json: () => new Option('--json', 'one JSON document on standard output and nothing else there'),
} as const;

/** How to sign in to Artifact Registry. */
export function withSignInOptions(command: Command): Command {
  const { workloadIdentityProvider, serviceAccount, serviceAccountKey } = OPTIONS;
  for (const option of [workloadIdentityProvider, serviceAccount, serviceAccountKey]) {
    command.addOption(option());
  }
  return command;
}

/** The options of everything that compares a list with a registry. */
export function withPublishOptions(command: Command): Command {
  const { models, registry, builder, importUrl, importToken, ...others } = OPTIONS;
  const { select, only, base, hub, insecure, cache, json } = others;
  const which = [models, select, only, base];
  const where = [registry, builder, importUrl, importToken, insecure];
  for (const option of [...which, ...where, hub, cache, json]) command.addOption(option());
  return withSignInOptions(command);
}
