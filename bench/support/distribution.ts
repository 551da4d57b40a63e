/** CNCF distribution, the registry that is published to: fresh, with its storage in a folder of its own. */
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { answers, freePort, type Daemon, type Workspace } from './workspace.ts';

export interface Distribution {
  /** `host:port` */
  address: string;
  storage: string;
  pid: number;
  /** The requests that it has answered, oldest first. */
  requests(): LoggedRequest[];
  /** Stops it and deletes what it stored. */
  remove(): Promise<void>;
}

export interface LoggedRequest {
  method: string;
  path: string;
  status: number;
}

export async function startDistribution(workspace: Workspace): Promise<Distribution> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const storage = workspace.path(`registry-${port}`);
  const config = workspace.path(`registry-${port}.yml`);
  await mkdir(storage, { recursive: true });
  await writeFile(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: storage } },
      http: { addr: address },
    }),
  );
  const daemon: Daemon = await workspace.start({
    name: `registry-${port}`,
    command: 'registry',
    args: ['serve', config],
    // Any REGISTRY_… variable would be taken for a setting.
    env: { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' },
    ready: () => answers(`http://${address}/v2/`),
  });
  return {
    address,
    storage,
    pid: daemon.pid,
    requests: () => parseAccessLog(readFileSync(daemon.log, 'utf8')),
    remove: async () => {
      await daemon.stop();
      await rm(storage, { recursive: true, force: true });
    },
  };
}

/** Apache's combined format, among lines of other forms. */
export function parseAccessLog(text: string): LoggedRequest[] {
  return [...text.matchAll(/"([A-Z]+) (\S+) HTTP\/[\d.]+" (\d{3}) /g)].map(([, method, path, status]) => ({
    method: method ?? '',
    path: path ?? '',
    status: Number(status),
  }));
}
