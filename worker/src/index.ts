import { createApp } from './app.ts';
import { resumeImports } from './imports/resume.ts';
import { retryingBucket } from './storage/retry.ts';

export { ImportWorkflow } from './imports/workflow.ts';
export { UploadObject } from './uploads/upload-object.ts';

const app = createApp();

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  // Cloudflare's times are never this text: it is what `serve` sends when it starts (src/workerd/runtime.ts).
  scheduled: async ({ cron, scheduledTime }, env) => {
    if (cron === '@start') await resumeImports(retryingBucket(env.BUCKET), env.IMPORTS, scheduledTime);
  },
} satisfies ExportedHandler<Env>;
