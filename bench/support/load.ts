/** Asks for something again and again, over so many connections at once. */
import { Agent, request } from 'node:http';

export interface Load {
  /** How many requests in all. */
  count: number;
  connections: number;
  /** The n-th request. */
  ask: (n: number) => { url: string; headers?: Record<string, string> };
}

export interface Rate {
  requests: number;
  /** MB (10^6 bytes) of bodies. */
  megabytes: number;
}

/** @returns what came in a second. @throws where an answer is neither 200 nor 206 */
export async function rateOf({ count, connections, ask }: Load): Promise<Rate> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  let bytes = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const { url, headers = {} } = ask(next++);
      const length = await read(url, { agent, headers });
      bytes += length;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  return { requests: count / seconds, megabytes: bytes / seconds / 1e6 };
}

function read(url: string, options: { agent: Agent; headers: Record<string, string> }): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, options, (response) => {
      let length = 0;
      response.on('data', (piece: Buffer) => (length += piece.length));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200 || response.statusCode === 206) resolve(length);
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    })
      .on('error', reject)
      .end();
  });
}
