/**
 * The header fields of an answer, for reading. `Headers` is one; but where a program first names that, Node loads all
 * of `fetch`, which takes as long as everything else that a run does in which nothing has changed.
 */
export interface HeaderFields {
  /** The values of all fields of this name, in any case, with a comma between; null where there is none. */
  get(name: string): string | null;
  has(name: string): boolean;
}

/** @param values by name in lower case, as `headersDistinct` of Node has them */
export function headerFields(values: Readonly<Record<string, readonly string[] | undefined>>): HeaderFields {
  const fields = new Map(Object.entries(values));
  return {
    get: (name) => fields.get(name.toLowerCase())?.join(', ') ?? null,
    has: (name) => fields.has(name.toLowerCase()),
  };
}
