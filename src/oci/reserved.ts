/** First components that no image's name may have: a registry's own pages, API and files live under them. */
export const RESERVED: readonly string[] = [
  'v2',
  'api',
  'token',
  'healthz',
  'search',
  'assets',
  'favicon.ico',
  'robots.txt',
];

export function isReserved(repository: string): boolean {
  return RESERVED.includes(repository.split('/', 1)[0] ?? '');
}
