/** What can go wrong with an answer. Offsets are bytes from the start of the file. */
export type Fault =
  /** This answer instead. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  /** The connection ends, or is reset, after so many bytes of the body. */
  | { kind: 'truncate' | 'reset'; after: number }
  /** No more bytes after so many of the body; the connection stays open. */
  | { kind: 'stall'; after: number }
  /** 200 and the whole file. */
  | { kind: 'ignore-range' }
  | { kind: 'content-range'; value: string }
  /** The byte at this offset is another one. */
  | { kind: 'corrupt'; at: number }
  /** The right bytes without a `Content-Length`. */
  | { kind: 'chunked' };

/** The model's information, its history, its list of files, the Hub's address of a file, or the storage behind it. */
export type Place = 'info' | 'commits' | 'tree' | 'resolve' | 'storage';

export interface FaultRule {
  on: Place;
  /** Of this file only. */
  path?: string;
  /** How often, `Infinity` for ever. Default: once. */
  times?: number;
  fault: Fault;
}

/** The Hub's answer to too many requests: come back in so many seconds. */
export function rateLimited(seconds: number): Fault {
  return { kind: 'status', status: 429, headers: { RateLimit: `"api";r=0;t=${seconds}` }, body: 'slow down' };
}

export class Faults {
  #rules: (FaultRule & { left: number })[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ ...rule, left: rule.times ?? 1 });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault of this request, if it has one; counts it. */
  next(on: Place, path?: string): Fault | undefined {
    const fits = (rule: FaultRule): boolean => rule.on === on && (rule.path ?? path) === path;
    const rule = this.#rules.find((candidate) => candidate.left > 0 && fits(candidate));
    if (rule) rule.left -= 1;
    return rule?.fault;
  }
}
