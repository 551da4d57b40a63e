/** What reads from the registry are compared with: the same two reads of R2 for each, and nothing else. */
import { DurableObject, WorkflowEntrypoint } from 'cloudflare:workers';

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (request.method === 'PUT') return write(env.BUCKET, pathname, request);
    const pointer = await env.BUCKET.head(`pointers${pathname}`);
    const { data } = pointer.customMetadata;
    if (pathname.includes('/manifests/')) {
      const manifest = await env.BUCKET.get(data);
      return new Response(await manifest.arrayBuffer());
    }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('Range') ?? '') ?? [];
    if (first === undefined) return new Response((await env.BUCKET.get(data)).body);
    const range = { offset: Number(first), length: Number(last) - Number(first) + 1 };
    return new Response((await env.BUCKET.get(data, { range })).body, { status: 206 });
  },
  // What the real Worker does when it is started.
  scheduled: () => undefined,
};

async function write(bucket, pathname, request) {
  const data = `data/${crypto.randomUUID()}`;
  await bucket.put(data, request.body);
  await bucket.put(`pointers${pathname}`, '', { customMetadata: { data } });
  return new Response();
}

export class UploadObject extends DurableObject {}
export class CollectorObject extends DurableObject {}
export class CatalogueObject extends DurableObject {}
export class ContainerMakerObject extends DurableObject {}
export class ImportWorkflow extends WorkflowEntrypoint {}
export class CollectionWorkflow extends WorkflowEntrypoint {}
