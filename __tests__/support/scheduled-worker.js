/** The Worker with a clock that a test moves: `POST /scheduled?cron=…` is what Cloudflare's does at that time. */
import worker from '../../worker/src/index.ts';

export * from '../../worker/src/index.ts';

export default {
  ...worker,
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== '/scheduled') return worker.fetch(request, env, context);
    await worker.scheduled({ cron: searchParams.get('cron'), scheduledTime: Date.now() }, env, context);
    return new Response(null, { status: 204 });
  },
};
