/** Counts what goes over the wire, both ways and heads included, between clients and a server of this machine. */
import { connect, createServer, type Socket } from 'node:net';

export interface Proxy {
  /** `host:port` to give to the clients. */
  address: string;
  /** Bytes that the clients sent since the last reset. */
  sent: number;
  /** Bytes that the clients received since the last reset. */
  received: number;
  reset(): void;
  close(): Promise<void>;
}

/** @param target `host:port` */
export async function startProxy(target: string): Promise<Proxy> {
  const [host = '127.0.0.1', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (bytes: Buffer) => {
        if (from === client) proxy.sent += bytes.length;
        else proxy.received += bytes.length;
      });
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from));
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the system gave no port');
  const proxy: Proxy = {
    address: `127.0.0.1:${bound.port}`,
    sent: 0,
    received: 0,
    reset: () => {
      proxy.sent = 0;
      proxy.received = 0;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
