/** What an import is compared with: the same bytes from the same place into R2, and nothing else. */
import { DurableObject, WorkflowEntrypoint } from 'cloudflare:workers';

export default {
  async fetch(request, env) {
    const { body } = await fetch(await request.text());
    const { size } = await env.BUCKET.put(`copy/${crypto.randomUUID()}`, body);
    return Response.json({ size });
  },
  // What the real Worker does when it is started.
  scheduled: () => undefined,
};

export class UploadObject extends DurableObject {}
export class CollectorObject extends DurableObject {}
export class CatalogueObject extends DurableObject {}
export class ContainerMakerObject extends DurableObject {}
export class ImportWorkflow extends WorkflowEntrypoint {}
export class CollectionWorkflow extends WorkflowEntrypoint {}
