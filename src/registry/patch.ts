/** A PATCH whose body is written piece by piece, while the registry may answer at any time. */
import type { ClientRequest } from 'node:http';

import type { HeaderFields } from '../http/header-fields.ts';
import { errorOf } from './client.ts';
import { BadAnswer } from './errors.ts';
import { type Answer, answerOf, readExcerpt, silence } from './transport.ts';

export interface PatchOptions {
  /** Where it goes. */
  url: URL;
  /** Bytes of the body. */
  size: number;
  /** Seconds that the registry may be silent: while it takes the body, and once it has it. */
  patience: { silence: number; commit: number };
  /** Makes of what went wrong what is thrown. */
  explain(error: unknown): Promise<unknown>;
}

export class StreamingPatch {
  readonly #request: ClientRequest;
  readonly #options: PatchOptions;
  #sent = 0;
  /** How long the registry may be silent, in seconds. */
  #silence: number;
  #answered: Answer | undefined;
  #failure: { error: unknown } | undefined;
  /** Settles what is being waited for: a write, or the registry's answer. */
  #waiting: { what: 'write' | 'answer'; resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(request: ClientRequest, options: PatchOptions) {
    const { url, patience } = options;
    this.#request = request;
    this.#options = options;
    this.#silence = patience.silence;
    request.on('response', (response) => void this.#respond(answerOf(response)));
    request.on('error', (error) => {
      if (!this.#answered) void this.#explainAndFail(error);
    });
    // A pause of whoever writes here is no silence of the registry.
    request.setTimeout(this.#silence * 1000, () => {
      if (this.#waiting) request.destroy(silence(url, this.#silence));
    });
  }

  /** Bytes that are still to be written. */
  get left(): number {
    return this.#options.size - this.#sent;
  }

  /** Resolves once the bytes may be overwritten. Neither no bytes nor more than are left. */
  async write(views: readonly Uint8Array[]): Promise<void> {
    const request = this.#request;
    this.#sent += views.reduce((sum, view) => sum + view.length, 0);
    await this.#until('write', (done) => {
      // One writev for all views; the last one's callback comes when the kernel has the bytes of all.
      request.cork();
      for (const view of views.slice(0, -1)) request.write(view);
      request.write(views.at(-1), (error) => {
        if (!error) done();
      });
      request.uncork();
      if (this.left === 0) request.end();
    });
  }

  /** Waits for the answer to a body that was written to its end. @returns its headers */
  async finish(): Promise<HeaderFields> {
    this.#silence = this.#options.patience.commit;
    this.#request.setTimeout(this.#silence * 1000);
    await this.#until('answer', (done) => {
      if (this.#answered && this.#answered.status < 400) done();
    });
    const answer = this.#answered;
    if (!answer) throw new Error('An upload ended without an answer.');
    await readExcerpt(answer, 4096);
    if (answer.status < 200 || answer.status > 299) {
      throw await this.#options.explain(new BadAnswer(`it answered ${answer.status}`));
    }
    return answer.headers;
  }

  /** Ends it, and what waits for it. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#request.destroy();
    this.#waiting?.reject(this.#failure.error);
  }

  async #until(what: 'write' | 'answer', start: (done: () => void) => void): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting = { what, resolve, reject };
        start(resolve);
      });
    } finally {
      this.#waiting = undefined;
    }
  }

  /** An answer may come at any time: while there are bytes to send it can only be bad news. */
  async #respond(answer: Answer): Promise<void> {
    const { url, size } = this.#options;
    this.#answered = answer;
    if (answer.status >= 400) {
      await this.#explainAndFail(await errorOf(answer, { method: 'PATCH', url }));
    } else if (this.left > 0) {
      await this.#explainAndFail(
        new BadAnswer(`it answered ${answer.status} after ${this.#sent} of ${size} bytes`),
      );
    } else if (this.#waiting?.what === 'answer') {
      this.#waiting.resolve();
    }
  }

  async #explainAndFail(error: unknown): Promise<void> {
    this.fail(await this.#options.explain(error));
  }
}
