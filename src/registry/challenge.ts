/** What a 401 asks for: `WWW-Authenticate` (RFC 9110, 11.6.1), which may hold several challenges. */

export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  scheme: string;
  /** By name in lower case: `realm`, `service`, `scope`, `error`. */
  parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = new RegExp(`(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`, 'y');
// A scheme is a token that no equals sign follows; behind it come parameters, a lone token68, or nothing.
const SCHEME = new RegExp(`(${TOKEN})(?!\\s*=)(?=\\s|,|$)`, 'y');
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;
const BETWEEN = /[\s,]*/y;

/** The challenges in their order. What cannot be read ends the list: what stood before it still counts. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    take(BETWEEN);
    const current = challenges.at(-1);
    const parameter = current && take(PARAMETER);
    if (parameter) {
      const [, name = '', quoted, token = ''] = parameter;
      current.parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? token);
      continue;
    }
    const scheme = take(SCHEME)?.[1];
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    else if (!take(TOKEN68)) return challenges;
  }
}
