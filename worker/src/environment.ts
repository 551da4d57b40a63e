import type { Context } from 'hono';
import type { Caller } from './access/caller.ts';
import type { CatalogueNamespace } from './catalogue/protocol.ts';
import type { ContainersNamespace } from './containers/protocol.ts';
import type { CollectionWorkflows } from './collection/start.ts';
import type { ImportWorkflows } from './imports/start.ts';
import type { RecentPointers } from './storage/recent-pointers.ts';
import type { Store, StoreEnvironment } from './storage/store.ts';
import type { UploadNamespace } from './uploads/protocol.ts';
import type { PullEvents } from './observation/pulls.ts';

/** What the app runs on: the bindings of wrangler.jsonc, by what is used of them. */
export interface Environment extends StoreEnvironment {
  UPLOADS: UploadNamespace;
  /** Optional: a dataset of Analytics Engine. */
  PULLS?: PullEvents;
  IMPORTS: ImportWorkflows;
  COLLECTIONS: CollectionWorkflows;
  CATALOGUE: CatalogueNamespace;
  CONTAINER_MAKER: ContainersNamespace;
}

export interface AppTypes {
  Bindings: Environment;
  Variables: {
    /** The bucket with retries; routes use this one. */
    bucket: Store;
    /** Of all requests to this isolate. */
    recentPointers: RecentPointers;
    /** As the client gets it, and the log has it. */
    requestId?: string;
    /** Who asks, once a route had to know. */
    caller?: Caller;
  };
}

export type RouteContext = Context<AppTypes>;
