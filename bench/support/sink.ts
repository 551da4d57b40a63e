/** The registry that only counts (sink.py), in a process of its own. */
import { fileURLToPath } from 'node:url';
import { answers, freePort, type Workspace } from './workspace.ts';

export interface Sink {
  /** `host:port` */
  address: string;
  pid: number;
  /** Bytes of all blob bodies that it was sent. */
  received(): Promise<number>;
  stop(): Promise<void>;
}

export async function startSink(workspace: Workspace): Promise<Sink> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const daemon = await workspace.start({
    name: `sink-${port}`,
    command: 'python3',
    args: [fileURLToPath(new URL('sink.py', import.meta.url)), String(port)],
    ready: () => answers(`http://${address}/v2/`),
  });
  return {
    address,
    pid: daemon.pid,
    received: async () => {
      const answer = (await (await fetch(`http://${address}/count`)).json()) as { blobs: number };
      return answer.blobs;
    },
    stop: () => daemon.stop(),
  };
}
