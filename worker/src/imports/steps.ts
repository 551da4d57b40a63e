/**
 * Steps of a Workflow whose failures are results. What a step throws is tried again, so an error that no trying can
 * mend, or the last of several, is handed back instead, with its words and hint as they are.
 */
import { OciError } from '../errors.ts';
import { ASK_AGAIN, ImportFailure, type Failure } from './failure.ts';
import { Busy } from './upstream/client.ts';

const RETRIES = 6;
const MAX_RETRY_AFTER_S = 60;
/** Seconds before the first retry; twice as many before each further one. */
export const RETRY_DELAY_S = 2;
/**
 * A part of 1 GiB at 50 kB a second. Who sends nothing at all is given up long before; an attempt that runs out of time
 * goes on beside the next one.
 */
const TIMEOUT = '6 hours';

export interface StepContext {
  /** From 1. */
  attempt: number;
}

interface StepConfig {
  retries: { limit: number; delay: number; backoff: 'exponential' };
  timeout: typeof TIMEOUT;
}

/** What is used of Cloudflare's `step.do`. */
export type DoStep = <T>(
  name: string,
  config: StepConfig,
  run: (context: StepContext) => Promise<T>,
) => Promise<T>;

type Result<T> = { value: T } | { failure: Failure };

export class Steps {
  readonly #doStep: DoStep;
  readonly #config: StepConfig;

  /** @param retryDelay seconds before the first retry */
  constructor(doStep: DoStep, retryDelay: number) {
    this.#doStep = doStep;
    const retries = { limit: RETRIES, delay: retryDelay * 1000, backoff: 'exponential' as const };
    this.#config = { retries, timeout: TIMEOUT };
  }

  /**
   * @param run may be run several times; gives plain data of 1 MiB at most
   * @throws ImportFailure once it is clear that it does not succeed
   */
  async do<T>(name: string, run: () => Promise<T>): Promise<T> {
    const result = await this.#doStep<Result<T>>(name, this.#config, async ({ attempt }) => {
      try {
        return { value: await run() };
      } catch (error) {
        const failure = failureOf(error, attempt > RETRIES);
        if (failure !== undefined) return { failure };
        console.warn(`import: ${name}, attempt ${attempt}: ${messageOf(error)}`);
        if (error instanceof Busy) await sleep(Math.min(error.retryAfter, MAX_RETRY_AFTER_S));
        throw error;
      }
    });
    if ('value' in result) return result.value;
    throw new ImportFailure(result.failure.message, result.failure.hint);
  }
}

/** @returns undefined for what may pass. */
function failureOf(error: unknown, isLast: boolean): Failure | undefined {
  if (error instanceof ImportFailure) return { message: error.message, hint: error.hint };
  if (error instanceof OciError && error.status < 500 && error.status !== 429) {
    // The tag is immutable, and got another image while this one was on its way.
    const hint = error.status === 409 ? 'Import it under another tag.' : 'Build and push it again.';
    return { message: `The image cannot be imported: ${error.message}.`, hint };
  }
  if (!isLast) return undefined;
  return { message: `After ${RETRIES + 1} attempts: ${messageOf(error)}`, hint: ASK_AGAIN };
}

function messageOf(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}

async function sleep(seconds: number): Promise<void> {
  if (seconds > 0) await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
