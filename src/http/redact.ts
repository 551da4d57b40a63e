/** A URL as it may be shown: no user name, no password, no query (signed URLs carry their proof there), no hash. */
export function safeUrl(url: string | URL): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : url;
  if (!parsed) return '(not a URL)';
  return `${parsed.origin}${parsed.pathname}${parsed.search === '' ? '' : '?…'}`;
}

/** Takes out of a server's words what may be a secret: queries of URLs, bearer and basic credentials, Hub tokens. */
export function redact(text: string): string {
  return text
    .replaceAll(/(https?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/gi, '$1?…')
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 …')
    .replaceAll(/\bhf_\w+/g, 'hf_…');
}
