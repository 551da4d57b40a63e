/**
 * What reads from the registry are compared with: the same reads of R2 for each, and nothing else. They are two, what
 * points to the bytes and the bytes; one for a range, since where its blob lies is remembered.
 */
import { DurableObject, WorkflowEntrypoint } from 'cloudflare:workers';

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (request.method === 'PUT') return write(env.BUCKET, pathname, request);
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('Range') ?? '') ?? [];
    const data = (first !== undefined && found.get(pathname)) || (await find(env.BUCKET, pathname));
    if (pathname.includes('/manifests/')) {
      const manifest = await env.BUCKET.get(data);
      return new Response(await manifest.arrayBuffer());
    }
    if (first === undefined) return new Response((await env.BUCKET.get(data)).body);
    const range = { offset: Number(first), length: Number(last) - Number(first) + 1 };
    return new Response((await env.BUCKET.get(data, { range })).body, { status: 206 });
  },
  // What the real Worker does when it is started.
  scheduled: () => undefined,
};

const found = new Map();

async function find(bucket, pathname) {
  const pointer = await bucket.head(`pointers${pathname}`);
  const { data } = pointer.customMetadata;
  found.set(pathname, data);
  return data;
}

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
