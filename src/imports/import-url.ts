/** Where imports go: `--import-url https://registry.example/prefix`. */
import { UsageError } from '../errors.ts';
import { isRegistry, isRepository } from '../oci/reference.ts';
import { isLoopback } from '../registry/endpoint.ts';

export interface ImportPlace {
  /** As in `https://registry.example`. */
  origin: string;
  /** host[:port], as in references. */
  host: string;
  /** Leading part of every repository's name; may be empty. */
  prefix: string;
  /** Plain http beyond this machine. */
  insecure: boolean;
}

/** @throws UsageError when the text is no address, or one that a token must not be sent to */
export function parseImportUrl(text: string, { insecure }: { insecure: boolean }): ImportPlace {
  const url = URL.parse(text);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) {
    throw wrong(text, 'is no address', `Write it as in --import-url https://${hostOf(text)}`);
  }
  const prefix = url.pathname.replaceAll(/^\/+|\/+$/g, '');
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || !isRegistry(url.host) || (prefix !== '' && !isRepository(prefix))) {
    throw wrong(
      text,
      'is not https://HOST/PREFIX',
      'Write the registry and, where the names there have one, the part before the models’ own.',
    );
  }
  const isHere = isLoopback(url.hostname);
  if (url.protocol === 'https:' && isHere) {
    throw wrong(text, 'is on this machine, where registries speak plain http', 'Write http://.');
  }
  if (url.protocol === 'http:' && !isHere && !insecure) {
    throw wrong(
      text,
      'is plain http, over which others can read the token',
      'Write https://; where the network in between is trusted, allow http with --insecure.',
    );
  }
  return { origin: url.origin, host: url.host, prefix, insecure: url.protocol === 'http:' };
}

function hostOf(text: string): string {
  return isRegistry(text) ? text : 'registry.example';
}

function wrong(text: string, what: string, hint: string): UsageError {
  return new UsageError(`--import-url "${withoutPassword(text)}" ${what}`, { hint });
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//…@');
}
