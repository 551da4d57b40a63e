/**
 * The Durable Object that makes containers of ModelKits, as the operator's rules say. There is one for a bucket, and it
 * makes one container after the other, of what the tags name at that moment: however many push to a tag at once, the
 * last one's stays.
 *
 * What has changed is noted in its own storage, and an alarm looks at it.
 */
import { DurableObject } from 'cloudflare:workers';
import { ArtifactError } from '../../../src/artifacts/artifact-error.ts';
import { ContainerError } from '../../../src/containers/container-error.ts';
import { OciError } from '../errors.ts';
import { listRepositories } from '../storage/repositories.ts';
import { openStore } from '../storage/store.ts';
import { allTags } from '../storage/tags.ts';
import { containerTagOf, makeContainer, nameOf, type MakerEnvironment } from './make.ts';
import type { Containers, ContainersSummary, ContainerStatus } from './protocol.ts';
import { Queue, type Outcome, type Waiting } from './queue.ts';
import { containerRulesOf, rulesFor } from './rules.ts';

/** Milliseconds from a change to the alarm: R2 takes one write a second to a tag. */
const DEBOUNCE = 1000;
/** Milliseconds after which work that was broken off is taken up again. */
const RESTART = 60_000;
/** Tags that one alarm looks at, each for six reads; it ends after the first container that it had to make. */
const TAGS = 60;
/** Repositories that a sweep looks through at a time. */
const REPOSITORIES = 100;

/** Characters of a message that is kept. */
const MAX_TEXT = 1000;

/** How far a sweep is: the last name that was looked through. */
interface Sweep {
  after?: string;
}

export class ContainerMakerObject extends DurableObject<MakerEnvironment> implements Containers {
  readonly #queue: Queue;

  constructor(ctx: DurableObjectState, env: MakerEnvironment) {
    super(ctx, env);
    this.#queue = new Queue(ctx.storage.sql);
  }

  async touch(repository: string, tags?: readonly string[]): Promise<void> {
    const due = Date.now() + DEBOUNCE;
    if (tags === undefined) this.#queue.noteKnown(due, repository);
    for (const tag of tags ?? []) this.#note(repository, tag, due);
    await this.#wakeUp(due);
  }

  async sweep(): Promise<void> {
    const due = Date.now() + DEBOUNCE;
    this.ctx.storage.kv.put<Sweep>('sweep', {});
    await this.#wakeUp(due);
  }

  async status(repository: string, tag: string): Promise<ContainerStatus[]> {
    return this.#queue.ofTag(repository, tag);
  }

  async summary(): Promise<ContainersSummary> {
    const isSweeping = this.ctx.storage.kv.get('sweep') !== undefined;
    return { ...this.#queue.summary(), isSweeping };
  }

  override async alarm(): Promise<void> {
    // Where this object is ended in the middle, by what it reads or otherwise, it goes on.
    await this.ctx.storage.setAlarm(Date.now() + RESTART);
    let again: number;
    try {
      again = await this.#advance();
    } catch (error) {
      // An alarm that fails comes again a few times only; this goes on for as long as R2 does not answer.
      console.error(error);
      again = Date.now() + RESTART;
    }
    if (again < Infinity) await this.ctx.storage.setAlarm(Math.max(again, Date.now()));
    else await this.ctx.storage.deleteAlarm();
  }

  /** @returns when to go on; Infinity where all is done */
  async #advance(): Promise<number> {
    await this.#continueSweep();
    for (let looked = 0; looked < TAGS; looked++) {
      const waiting = this.#queue.take(Date.now());
      if (waiting === undefined) break;
      await this.ctx.storage.sync();
      if (await this.#lookAt(waiting)) break;
    }
    return this.ctx.storage.kv.get('sweep') === undefined ? this.#queue.nextDue() : 0;
  }

  #note(repository: string, tag: string, due: number): void {
    for (const { suffix } of rulesFor(containerRulesOf(this.env), repository)) {
      this.#queue.note({ repository, tag, suffix }, due);
    }
  }

  /** The sooner of what was set and what is asked for. */
  async #wakeUp(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }

  async #continueSweep(): Promise<void> {
    const sweep = this.ctx.storage.kv.get<Sweep>('sweep');
    if (sweep === undefined) return;
    const rules = containerRulesOf(this.env);
    const store = openStore(this.env);
    const now = Date.now();
    // Those whose tags are gone are looked at, too.
    if (sweep.after === undefined) this.#queue.noteKnown(now);
    const { names, more } =
      rules.length === 0
        ? { names: [], more: false }
        : await listRepositories(store, { after: sweep.after, limit: REPOSITORIES });
    for (const name of names) {
      if (rulesFor(rules, name).length === 0) continue;
      for await (const { tag } of allTags(store, name)) this.#note(name, tag, now);
    }
    // Another may have been asked for meanwhile.
    if (this.ctx.storage.kv.get<Sweep>('sweep')?.after !== sweep.after) return;
    const last = names.at(-1);
    if (more && last !== undefined) this.ctx.storage.kv.put<Sweep>('sweep', { after: last });
    else this.ctx.storage.kv.delete('sweep');
  }

  /** @returns whether a container was made */
  async #lookAt(waiting: Waiting): Promise<boolean> {
    const { repository, tag, suffix } = waiting;
    const rule = rulesFor(containerRulesOf(this.env), repository).find((one) => one.suffix === suffix);
    if (rule === undefined) {
      this.#queue.forget(waiting);
      return false;
    }
    const base = nameOf(rule.base);
    const subject = { repository, tag: containerTagOf(tag, rule), base };
    try {
      const made = await makeContainer(this.env, { repository, tag, rule });
      if (made.state === 'none' || made.state === 'removed') this.#queue.forget(waiting);
      else this.#queue.settle(waiting, { state: 'done', base, digest: made.digest });
      if (made.state === 'made' || made.state === 'removed') this.#log({ ...subject, ...made });
      return made.state === 'made';
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) {
        console.error(error);
        this.#queue.setTrouble(waiting, 'something went wrong here: it is tried again');
      } else {
        this.#queue.settle(waiting, { ...failure, base });
        console.warn(JSON.stringify({ event: 'container', ...subject, ...failure }));
      }
      return false;
    }
  }

  /** A tag was moved that nobody pushed: as a request would, it leaves a line in the log. */
  #log(made: object): void {
    if (this.env.REQUEST_LOG === 'on') console.log(JSON.stringify({ event: 'container', ...made }));
  }
}

/** Why it cannot be had until something changes; undefined for what may pass. */
function failureOf(error: unknown): Omit<Outcome, 'base'> | undefined {
  if (error instanceof ContainerError || error instanceof ArtifactError) {
    return { state: 'failed', message: cut(error.message), hint: cut(error.hint) };
  }
  if (error instanceof OciError && error.status < 500 && error.status !== 429) {
    return { state: 'failed', message: cut(error.message) };
  }
  return undefined;
}

/** They may have texts of the artifact in them. */
function cut(text: string): string {
  return text.slice(0, MAX_TEXT);
}
