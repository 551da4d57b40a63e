/**
 * What becomes of the rules by which containers are made (docs/runtimes.md). It is no part of the distribution
 * specification; no name of a repository begins with an underscore.
 */
import { containersOf } from '../containers/protocol.ts';
import { containerRulesOf } from '../containers/rules.ts';
import type { RouteContext } from '../environment.ts';
import { asTag, repositoryOf } from './parameters.ts';

const HEADERS = { 'Cache-Control': 'no-store' };

/** 202: every artifact is looked at from now on. */
export async function sweepRoute(c: RouteContext): Promise<Response> {
  containerRulesOf(c.env); // a wrong setting is told at once
  const containers = containersOf(c.env.CONTAINER_MAKER);
  await containers.sweep();
  return Response.json(await containers.summary(), {
    status: 202,
    headers: { ...HEADERS, Location: c.req.path },
  });
}

export async function readContainers(c: RouteContext): Promise<Response> {
  return Response.json(await containersOf(c.env.CONTAINER_MAKER).summary(), { headers: HEADERS });
}

/** Those that the rules want of an artifact's tag; an empty list where there is no rule, or no artifact. */
export async function readContainersOfTag(c: RouteContext): Promise<Response> {
  const tag = asTag(c.req.param('reference') ?? '');
  const containers = await containersOf(c.env.CONTAINER_MAKER).status(repositoryOf(c), tag);
  return Response.json({ containers }, { headers: HEADERS });
}
