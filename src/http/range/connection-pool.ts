import { RangeConnection } from './connection.ts';

interface Host {
  idle: RangeConnection[];
  /** Connections in use. */
  busy: number;
  waiting: (() => void)[];
}

/** Connections to one origin at once; who comes later waits for its turn. */
const limit = 16;

/** Connections that are kept open between requests. */
export class ConnectionPool {
  readonly #stallTime: number;
  readonly #hosts = new Map<string, Host>();
  readonly #connections = new Set<RangeConnection>();
  #closed = false;

  /** @param stallTime milliseconds without a byte after which a request is given up */
  constructor(stallTime: number) {
    this.#stallTime = stallTime;
  }

  /** Lends a connection to `use`, and takes it back or drops it afterwards. */
  async with<T>(url: URL, use: (connection: RangeConnection) => Promise<T>): Promise<T> {
    const host = this.#host(url.origin);
    if (host.busy >= limit) await new Promise<void>((resolve) => host.waiting.push(resolve));
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

  /** Ends what is under way too: no connection is made any more. */
  close(): void {
    this.#closed = true;
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
    if (this.#closed)
      throw new Error(`${url.host} was asked for bytes after its connections had been closed`);
    // The one used last is the least likely to have been closed by the server.
    for (let kept = host.idle.pop(); kept; kept = host.idle.pop()) {
      if (kept.open) return kept;
      this.#connections.delete(kept);
    }
    const connection = new RangeConnection(url, this.#stallTime);
    this.#connections.add(connection);
    return connection;
  }

  #giveBack(host: Host, connection: RangeConnection): void {
    if (connection.open) host.idle.push(connection);
    else this.#connections.delete(connection);
  }
}
