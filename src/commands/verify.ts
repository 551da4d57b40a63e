/** `ai-action verify`: everything under a reference against its digests, and its files against the Hub. */
import { Command, Option } from 'commander';

import { hubSettings } from '../hub/hub-settings.ts';
import { openHub } from '../hub/hub-source.ts';
import type { Revision } from '../hub/source.ts';
import { count, formatBytes } from '../report/format.ts';
import { printable } from '../report/printable.ts';
import type { Progress } from '../report/progress.ts';
import type { Finding } from '../verifying/finding.ts';
import { verifyReference, type Verification, type VerifyRun } from '../verifying/verify-reference.ts';
import type { Io } from './io.ts';
import { withReferences, type ReadOptions } from './open-reference.ts';
import { OPTIONS, referenceArgument, withSignInOptions } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';
import { tellWaits } from './run.ts';

/** Of a finding: it may name two digests and a registry. Characters. */
const MOST_SHOWN = 1000;

interface VerifyOptions extends ReadOptions {
  againstHub?: boolean;
  hub?: string;
}

export function verifyCommand(io: Io, finish: Finish): Command {
  const { hub, insecure, json } = OPTIONS;
  const command = new Command('verify')
    .description('hold all that a reference names to its digests: manifests, configs, layers, chunks, files')
    .addArgument(referenceArgument())
    .addOption(
      new Option('--against-hub', 'compare its files, too, with the commit of the Hub that it says it is'),
    );
  for (const option of [hub, insecure, json]) command.addOption(option());
  withSignInOptions(command);
  return command.action(async (text: string, options: VerifyOptions) =>
    finish(await runVerify(text, options, io)),
  );
}

/** @returns exit code 1 where something is not as it should be. */
async function runVerify(text: string, options: VerifyOptions, io: Io): Promise<Outcome> {
  const verification = await withReferences([text], options, io, ([named], progress) => {
    const run: VerifyRun = {
      expect: (bytes) => progress.expect(bytes),
      moved: (bytes) => progress.moved(bytes),
    };
    const hubRevision = options.againstHub === true ? readHub(options.hub, io, progress) : undefined;
    return verifyReference(named!, hubRevision === undefined ? run : { ...run, hubRevision });
  });
  const { findings } = verification;
  io.stdout.write(
    options.json === true ? `${JSON.stringify(verification, null, 2)}\n` : verificationText(verification),
  );
  return { exitCode: findings.length === 0 ? 0 : 1 };
}

/** @throws UsageError where the Hub's address or token cannot be right */
function readHub(
  hub: string | undefined,
  { env, signal }: Io,
  progress: Progress,
): (name: string, sha: string) => Promise<Revision> {
  const settings = hubSettings(hub === undefined ? env : { ...env, HF_ENDPOINT: hub });
  const onWait = tellWaits(progress);
  return async (name, sha) => {
    const source = openHub({ ...settings, name, sha, onWait });
    try {
      return await source.revision(signal);
    } finally {
      await source.close();
    }
  };
}

function verificationText(verification: Verification): string {
  const { reference, digest, manifests, layers, chunks, files, bytes, hub, findings } = verification;
  const looked = [
    count(manifests, 'manifest'),
    `${count(layers, 'layer')} of ${formatBytes(bytes)}`,
    count(chunks, 'chunk'),
    count(files, 'file'),
  ];
  const leftOut = hub === undefined || hub.leftOut === 0 ? '' : `, which has ${hub.leftOut} more`;
  const prompt =
    hub?.prompt === undefined ? '' : `, and ${printable(hub.prompt)}, a prompt of the image's maker`;
  const lines = [
    `${reference}  ${digest}`,
    ...findings.map(findingLine),
    `verified: ${looked.join(', ')}`,
    ...(hub === undefined
      ? []
      : [
          `${count(hub.files, 'file')} as in ${printable(hub.model)} at ${hub.sha.slice(0, 12)}${leftOut}${prompt}`,
        ]),
    findings.length === 0 ? 'all is as it should be' : count(findings.length, 'finding'),
  ];
  return `${lines.join('\n')}\n`;
}

function findingLine({ kind, digest, path, message }: Finding): string {
  const about = [kind, digest, path === undefined ? undefined : JSON.stringify(printable(path))];
  return `wrong: ${about.filter((part) => part !== undefined).join(' ')}: ${printable(message, MOST_SHOWN)}`;
}
