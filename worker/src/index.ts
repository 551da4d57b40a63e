import { createApp } from './app.ts';

export { UploadObject } from './uploads/upload-object.ts';

const app = createApp();

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
} satisfies ExportedHandler<Env>;
