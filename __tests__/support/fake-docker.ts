/** A `docker` that says what a test has it say, for what no BuildKit of this machine can be brought to. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FakeDocker {
  /** What `docker buildx inspect` prints; `inspectText` makes it. */
  inspect?: string;
  /** What `docker buildx build` says on stderr before it ends with 1. */
  build?: string;
  /** What `docker logs` says. */
  logs?: string;
}

/** Its data is in `folder/bin`. @returns an environment that has no other `docker` and no `buildx` */
export async function fakeDocker(folder: string, said: FakeDocker): Promise<Record<string, string>> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const [name, text = ''] of Object.entries(said)) await writeFile(join(bin, `${name}.txt`), text);
  const script = [
    '#!/bin/sh',
    'cd "$(dirname "$0")"',
    'case "$*" in',
    '  *version*) exit 0 ;;',
    '  info*) echo "$PWD"; exit 0 ;;',
    '  "buildx prune"*) echo pruned >> pruned.txt; exit 0 ;;',
    '  "buildx inspect"*) exec /bin/cat inspect.txt ;;',
    '  "buildx build"*) /bin/cat build.txt >&2; exit 1 ;;',
    '  logs*) exec /bin/cat logs.txt ;;',
    'esac',
    'exit 1',
    '',
  ];
  await writeFile(join(bin, 'docker'), script.join('\n'));
  await chmod(join(bin, 'docker'), 0o755);
  return { PATH: `${bin}:/usr/bin:/bin` };
}

/** As buildx 0.37 prints it. */
export function inspectText({ driver = 'docker-container', version = 'v0.33.1' } = {}): string {
  return [
    'Name:          models',
    `Driver:        ${driver}`,
    'Last Activity: 2026-11-21 14:57:17 +0000 UTC',
    '',
    'Nodes:',
    'Name:             models0',
    'Endpoint:         unix:///var/run/docker.sock',
    'Status:           running',
    `BuildKit version: ${version}`,
    'Platforms:        linux/amd64, linux/arm64',
    '',
  ].join('\n');
}
