/** The Worker with a list of models that is what a test says: `PUT /made-up-list` with its JSON. */
import worker from '../../worker/src/index.ts';
import { CATALOGUE_KEY } from '../../worker/src/storage/keys.ts';

export * from '../../worker/src/index.ts';

export default {
  ...worker,
  async fetch(request, env, context) {
    if (!request.url.endsWith('/made-up-list')) return worker.fetch(request, env, context);
    await env.BUCKET.put(CATALOGUE_KEY, await request.arrayBuffer());
    return new Response(null, { status: 204 });
  },
};
