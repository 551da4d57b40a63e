import http from 'node:http';

/**
 * Has `fetch` look for HTTPS_PROXY, HTTP_PROXY and NO_PROXY, which it does not by itself. Node can be told since 24.14,
 * and machines bring the Node 24 of their own day; where none of them is set, telling it would only load `fetch`.
 */
export function useProxies(): void {
  const isProxied = Object.keys(process.env).some((name) => /^https?_proxy$/i.test(name));
  if (isProxied && 'setGlobalProxyFromEnv' in http) http.setGlobalProxyFromEnv();
}
