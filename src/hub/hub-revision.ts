import { z } from 'zod';

import { UserError } from '../errors.ts';
import { compareBytes } from '../oci/compare.ts';
import type { Revision, SourceFile } from './source.ts';

export interface RevisionRequest {
  name: string;
  sha: string;
  endpoint: string;
  token?: string | undefined;
  fetch: typeof fetch;
}

const hubInfo = z.object({ name: z.string(), sha: z.string(), cardData: z.unknown() });

const hubFile = z.object({
  type: z.literal('file'),
  path: z.string().min(1),
  size: z.int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).optional(),
});

const card = z.object({
  license: z.union([z.string(), z.array(z.string())]).optional(),
  license_name: z.string().optional(),
});

/** A model at a commit as the Hub's API tells it: one request for the information, one for each page of the list. */
export async function readRevision(request: RevisionRequest): Promise<Revision> {
  // A quarter of the program, which a list of folders has no need of.
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const { sha, endpoint } = request;
  const access = {
    hubUrl: endpoint,
    fetch: request.fetch,
    ...(request.token !== undefined && { accessToken: request.token }),
  };
  const info = hubInfo.safeParse(
    await modelInfo({
      ...access,
      name: request.name,
      revision: sha,
      additionalFields: ['sha', 'cardData'],
    }),
  );
  if (!info.success) throw notAHub(request, z.prettifyError(info.error));
  // A repository that was moved answers under its new name, and everything else is asked for by that.
  const { name } = info.data;
  if (info.data.sha !== sha) {
    throw new UserError(`${endpoint} gave commit ${info.data.sha} of ${name} when asked for ${sha}.`, {
      hint: 'Write the full commit of 40 digits; if it is, this Hub does not serve it.',
    });
  }
  const files: SourceFile[] = [];
  for await (const entry of listFiles({
    ...access,
    repo: { type: 'model', name },
    revision: sha,
    recursive: true,
  })) {
    if (entry.type !== 'directory') files.push(parseFile(entry, request));
  }
  const license = licenseOf(info.data.cardData);
  return {
    name,
    sha,
    files: sortedOnce(files, name),
    url: `${endpoint}/${name}/tree/${sha}`,
    ...(license !== undefined && { license }),
  };
}

function parseFile(entry: unknown, request: RevisionRequest): SourceFile {
  const parsed = hubFile.safeParse(entry);
  if (!parsed.success) {
    const path = z.object({ path: z.string() }).safeParse(entry).data?.path;
    throw notAHub(request, `${JSON.stringify(path)}: ${z.prettifyError(parsed.error)}`);
  }
  const { path, size, oid, lfs } = parsed.data;
  return lfs ? { path, size: lfs.size, oid: `sha256:${lfs.oid}` } : { path, size, oid: `git-sha1:${oid}` };
}

function notAHub({ endpoint, name }: RevisionRequest, problem: string): UserError {
  return new UserError(`${endpoint} did not answer for ${name} as the Hub does: ${problem}`, {
    hint: 'Check HF_ENDPOINT.',
  });
}

function sortedOnce(files: SourceFile[], name: string): SourceFile[] {
  files.sort((a, b) => compareBytes(a.path, b.path));
  const twice = files.find((file, index) => file.path === files[index - 1]?.path);
  if (twice) throw new UserError(`The Hub lists ${JSON.stringify(twice.path)} of ${name} twice.`);
  return files;
}

/** The card's `license`; where that is only `other`, the name that it gives the license. */
export function licenseOf(cardData: unknown): string | undefined {
  const parsed = card.safeParse(cardData);
  if (!parsed.success) return undefined;
  const { license, license_name: named } = parsed.data;
  const stated = Array.isArray(license) ? license.join(', ') : license;
  const answer = stated === 'other' && named !== undefined ? named : stated;
  return answer === '' ? undefined : answer;
}
