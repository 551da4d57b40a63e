/** What the rest of the registry asks of the Durable Object that makes containers of ModelKits. */

/** A container that a rule wants, as status requests answer it. */
export interface ContainerStatus {
  /** The artifact's. */
  repository: string;
  /** The artifact's. */
  tag: string;
  /** The container's. */
  containerTag: string;
  /** waiting: it is looked at in a moment. failed: what is at its tag, if anything, stays as it was. */
  state: 'waiting' | 'done' | 'failed';
  /** As in ISO 8601: since when. */
  updatedAt: string;
  /** What the rule says; left out until it was looked at. */
  base?: string;
  /** Of the container's index. */
  digest?: string;
  error?: { message: string; hint?: string };
}

export interface ContainersSummary {
  waiting: number;
  done: number;
  failed: number;
  /** Of those that have failed, a hundred at most. */
  failures: ContainerStatus[];
  /** All repositories are being looked at. */
  isSweeping: boolean;
}

export interface Containers {
  /** Notes that tags were moved or removed; without tags, that the repository was deleted. */
  touch(repository: string, tags?: readonly string[]): Promise<void>;
  /** Looks at every artifact anew: a base has changed, or the rules have. */
  sweep(): Promise<void>;
  /** What is known of the containers of a tag. */
  status(repository: string, tag: string): Promise<ContainerStatus[]>;
  summary(): Promise<ContainersSummary>;
}

/** The part of a Durable Object namespace that is used. */
export interface ContainersNamespace<Id = unknown> {
  idFromName(name: string): Id;
  get(id: Id): Containers;
}

/** There is one for a bucket. */
export function containersOf<Id>(namespace: ContainersNamespace<Id>): Containers {
  return namespace.get(namespace.idFromName('containers'));
}
