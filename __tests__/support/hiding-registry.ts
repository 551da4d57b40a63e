import { type RegistryStandIn, sendError, startRegistryStandIn } from './registry-stand-in.ts';

export interface HidingRegistry extends RegistryStandIn {
  /** What its token service was asked for. */
  scopes: string[];
}

/**
 * A registry that, as Docker Hub and Quay do, answers 401 to a token that only pulls as long as it has no manifest.
 * Its tokens do what they were asked to do.
 * @param refused the end of a scope that nobody is given
 */
export async function startHidingRegistry(refused?: string): Promise<HidingRegistry> {
  const scopes: string[] = [];
  const registry = await startRegistryStandIn((request, response) => {
    const url = new URL(request.url ?? '', 'http://registry');
    if (url.pathname === '/token') {
      const scope = url.searchParams.get('scope') ?? '';
      scopes.push(scope);
      if (refused !== undefined && scope.endsWith(refused)) sendError(response, 403, 'DENIED');
      else response.end(JSON.stringify({ token: scope }));
      return true;
    }
    const scope = request.headers.authorization ?? '';
    const isThere = registry.manifests.size > 0;
    if (scope.endsWith(':pull,push') || (scope.endsWith(':pull') && isThere)) return false;
    request.resume();
    const realm = `http://${request.headers.host}/token`;
    sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': `Bearer realm="${realm}"` });
    return true;
  });
  return Object.assign(registry, { scopes });
}
