import { createApp } from './app.ts';
import { catalogueOf } from './catalogue/protocol.ts';
import { sweepContainers } from './containers/touch.ts';
import { resumeImports } from './imports/resume.ts';
import { resumeCollection, startCollection } from './collection/start.ts';
import { addSite } from './site/site.ts';
import { retryingBucket } from './storage/retry.ts';

export { CatalogueObject } from './catalogue/catalogue-object.ts';
export { ContainerMakerObject } from './containers/maker-object.ts';
export { CollectorObject } from './collection/collector-object.ts';
export { CollectionWorkflow } from './collection/workflow.ts';
export { ImportWorkflow } from './imports/workflow.ts';
export { UploadObject } from './uploads/upload-object.ts';

const app = createApp();
addSite(app);

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  // Cloudflare's times are never this text: it is what `serve` sends when it starts (src/workerd/runtime.ts).
  scheduled: async ({ cron, scheduledTime }, env) => {
    if (cron !== '@start') {
      await startCollection(env, { dryRun: false });
      // Whatever change was lost on its way is found.
      await catalogueOf(env.CATALOGUE).rebuild();
      await sweepContainers(env);
      return;
    }
    await resumeImports(retryingBucket(env), env.IMPORTS, scheduledTime);
    await resumeCollection(env, scheduledTime);
    await sweepContainers(env);
  },
} satisfies ExportedHandler<Env>;
