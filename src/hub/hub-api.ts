/** What the Hub's API tells of models besides their files: newest commits, history, popularity. */
import { listCommits, listModels, modelInfo } from '@huggingface/hub';
import { z } from 'zod';

import { UserError } from '../errors.ts';
import type { Wait } from '../http/retry.ts';
import { explainHubError } from './hub-errors.ts';
import { hubFetch } from './hub-fetch.ts';
import type { HubSettings } from './hub-settings.ts';

/** A model at the commit that a branch or tag is at, or at a commit itself. */
export interface ModelHead {
  /** The canonical name: the new one of a repository that was moved. */
  name: string;
  /** 40 hex digits, lower case. */
  sha: string;
  /** Its files are given only to accounts that accepted its terms. */
  gated: boolean;
}

export interface Commit {
  sha: string;
  /** The first line of its message, as its author wrote it. */
  title: string;
  date: Date;
}

export interface ListedModel extends ModelHead {
  /** In the last 30 days, as the Hub counts them. */
  downloads: number;
}

export interface HubApi {
  /**
   * @param revision branch, tag or commit; without it, the newest commit of the Hub's default branch
   * @throws UserError where it cannot be had
   */
  head(name: string, revision?: string): Promise<ModelHead>;
  /** The last commits up to one, newest first, at most `count`. @throws UserError */
  commits(name: string, sha: string, count: number): Promise<Commit[]>;
  /**
   * All public models, the most downloaded first, a page of 500 at a time.
   * @param tags the Hub's own, all of which a model must have: tasks, libraries, `license:mit` …
   * @throws UserError
   */
  mostDownloaded(tags: readonly string[]): AsyncGenerator<ListedModel>;
}

export interface HubApiOptions extends HubSettings {
  signal?: AbortSignal;
  onWait?: (wait: Wait) => void;
}

const head = z.object({
  name: z.string().regex(/^[\w.-]+(?:\/[\w.-]+)?$/),
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  gated: z.union([z.boolean(), z.string()]).transform((gated) => gated !== false),
});

const listed = head.extend({ downloads: z.number() });

const commit = z
  .object({ oid: z.string().regex(/^[0-9a-f]{40}$/), title: z.string(), date: z.date() })
  .transform(({ oid, title, date }): Commit => ({ sha: oid, title, date }));

export function openHubApi({ endpoint, token, signal, onWait }: HubApiOptions): HubApi {
  const access = {
    hubUrl: endpoint,
    fetch: hubFetch({ endpoint, signal, onWait }),
    ...(token !== undefined && { accessToken: token }),
  };
  const asked = async <T>(about: { name: string; sha?: string }, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      signal?.throwIfAborted();
      throw explainHubError(error, { sha: '', ...about, endpoint, token });
    }
  };
  const answered = <T>(schema: z.ZodType<T>, answer: unknown, about: string): T => {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new UserError(
      `${endpoint} did not answer for ${about} as the Hub does: ${z.prettifyError(parsed.error)}`,
      { hint: 'Check HF_ENDPOINT.' },
    );
  };
  return {
    head: (name, revision) =>
      asked({ name, sha: revision ?? 'main' }, async () => {
        const about = { ...access, name, ...(revision !== undefined && { revision }) };
        return answered(head, await modelInfo({ ...about, additionalFields: ['sha'] }), name);
      }),
    commits: (name, sha, count) =>
      asked({ name, sha }, async () => {
        const commits: Commit[] = [];
        const repo = { type: 'model', name } as const;
        for await (const found of listCommits({ ...access, repo, revision: sha, batchSize: count })) {
          commits.push(answered(commit, found, name));
          if (commits.length === count) break;
        }
        return commits;
      }),
    async *mostDownloaded(tags) {
      const name = 'the list of models';
      const models = listModels({
        ...access,
        fetch: descending(access.fetch),
        sort: 'downloads',
        search: { tags: [...tags] },
        additionalFields: ['sha'],
      });
      for (;;) {
        const next = await asked({ name }, () => models.next());
        if (next.done === true) return;
        yield answered(listed, next.value, name);
      }
    },
  };
}

/** The library leaves out which end of the order comes first. */
function descending(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!url.searchParams.has('cursor')) url.searchParams.set('direction', '-1');
    return await send(url, init);
  };
}
