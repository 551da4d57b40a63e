/** What a read of a manifest by its tag is compared with: the same two reads of R2, and nothing else. */
import { DurableObject, WorkflowEntrypoint } from 'cloudflare:workers';

const TAG = 'repositories/bench/_tags/latest';

export default {
  async fetch(request, env) {
    if (request.method === 'PUT') {
      const digest = new URL(request.url).searchParams.get('digest');
      await env.BUCKET.put(digest, await request.arrayBuffer());
      await env.BUCKET.put(TAG, digest, { customMetadata: { digest } });
      return new Response();
    }
    const tag = await env.BUCKET.head(TAG);
    const manifest = await env.BUCKET.get(tag.customMetadata.digest);
    return new Response(await manifest.arrayBuffer());
  },
  // What the real Worker does when it is started.
  scheduled: () => undefined,
};

export class UploadObject extends DurableObject {}
export class CollectorObject extends DurableObject {}
export class ImportWorkflow extends WorkflowEntrypoint {}
export class CollectionWorkflow extends WorkflowEntrypoint {}
