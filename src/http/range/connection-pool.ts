import { RangeConnection } from './connection.ts';

interface Host {
  idle: RangeConnection[];
  /** Connections in use. */
  busy: number;
  waiting: (() => void)[];
}

/** Connections that are kept open, at most `limit` to one origin; who comes later waits for its turn. */
export class ConnectionPool {
  readonly #limit: number;
  readonly #hosts = new Map<string, Host>();
  readonly #connections = new Set<RangeConnection>();

  constructor(limit = 16) {
    this.#limit = limit;
  }

  /** Lends a connection to `use`, and takes it back or drops it afterwards. */
  async with<T>(url: URL, use: (connection: RangeConnection) => Promise<T>): Promise<T> {
    const host = this.#host(url.origin);
    if (host.busy >= this.#limit) await new Promise<void>((resolve) => host.waiting.push(resolve));
    else host.busy += 1;
    let connection: RangeConnection | undefined;
    try {
      connection = this.#take(host, url);
      return await use(connection);
    } finally {
      if (connection) this.#giveBack(host, connection);
      // The turn is handed on as it is, so that nobody gets in between.
      const next = host.waiting.shift();
      if (next) next();
      else host.busy -= 1;
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
    this.#connections.clear();
    for (const host of this.#hosts.values()) host.idle.length = 0;
  }

  #host(origin: string): Host {
    const known = this.#hosts.get(origin);
    if (known) return known;
    const host = { idle: [], busy: 0, waiting: [] };
    this.#hosts.set(origin, host);
    return host;
  }

  #take(host: Host, url: URL): RangeConnection {
    // The one used last is the least likely to have been closed by the server.
    for (let kept = host.idle.pop(); kept; kept = host.idle.pop()) {
      if (kept.open) return kept;
      this.#connections.delete(kept);
    }
    const connection = new RangeConnection(url);
    this.#connections.add(connection);
    return connection;
  }

  #giveBack(host: Host, connection: RangeConnection): void {
    if (connection.open) host.idle.push(connection);
    else this.#connections.delete(connection);
  }
}
