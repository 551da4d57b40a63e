/** What the rest of the registry asks of the Durable Object that compiles the catalogue. */

export interface Catalogue {
  /** Notes that a model has changed: a tag was moved or removed, or an import to it began or ended. */
  touch(name: string): Promise<void>;
  /** Sees to it that there is a list: somebody has asked for it, and there is none. */
  compile(): Promise<void>;
  /** Looks at every repository anew. Joins what is on its way already. */
  rebuild(): Promise<void>;
}

/** The part of a Durable Object namespace that is used. */
export interface CatalogueNamespace<Id = unknown> {
  idFromName(name: string): Id;
  get(id: Id): Catalogue;
}

/** There is one for a bucket. */
export function catalogueOf<Id>(namespace: CatalogueNamespace<Id>): Catalogue {
  return namespace.get(namespace.idFromName('catalogue'));
}
