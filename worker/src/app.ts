/** The registry as a Hono app, free of everything that only workerd has, so that tests can ask it directly. */
import { Hono } from 'hono';
import { PatternRouter } from 'hono/router/pattern-router';
import { checkHost } from './access/host.ts';
import { checkSignIn, checkWrite } from './access/write.ts';
import type { AppTypes } from './environment.ts';
import { OciError } from './errors.ts';
import { deleteBlob, readBlob } from './routes/blobs.ts';
import { deleteManifest, readManifestRoute, writeManifestRoute } from './routes/manifests.ts';
import { readReferrers } from './routes/referrers.ts';
import { readTags } from './routes/tags.ts';
import { appendUpload, cancelUpload, finishUpload, readUpload, startUpload } from './routes/uploads.ts';
import { retryingBucket } from './storage/retry.ts';

const WRITING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export function createApp(): Hono<AppTypes> {
  // Repository names hold slashes: of Hono's routers, this one lets a parameter span them.
  const app = new Hono<AppTypes>({ router: new PatternRouter() });

  app.use('*', async (c, next) => {
    await next();
    c.header('Docker-Distribution-API-Version', 'registry/2.0');
    c.header('X-Content-Type-Options', 'nosniff');
  });
  app.use('*', async (c, next) => {
    checkHost(c.req.header('Host') ?? new URL(c.req.url).host, c.env.ALLOWED_HOSTS);
    if (WRITING.has(c.req.method)) await checkWrite(c.req.raw, c.env);
    c.set('bucket', retryingBucket(c.env.BUCKET));
    await next();
  });

  app.get('/', (c) => c.text('An OCI registry: pull from it with any client of containers.\n'));
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/v2/', async (c) => {
    await checkSignIn(c.req.raw, c.env);
    return c.json({});
  });

  app.post('/v2/:name{.+}/blobs/uploads/', startUpload);
  app.get('/v2/:name{.+}/blobs/uploads/:id', readUpload);
  app.patch('/v2/:name{.+}/blobs/uploads/:id', appendUpload);
  app.put('/v2/:name{.+}/blobs/uploads/:id', finishUpload);
  app.delete('/v2/:name{.+}/blobs/uploads/:id', cancelUpload);

  app.get('/v2/:name{.+}/blobs/:digest', readBlob);
  app.delete('/v2/:name{.+}/blobs/:digest', deleteBlob);

  app.get('/v2/:name{.+}/manifests/:reference', readManifestRoute);
  app.put('/v2/:name{.+}/manifests/:reference', writeManifestRoute);
  app.delete('/v2/:name{.+}/manifests/:reference', deleteManifest);

  app.get('/v2/:name{.+}/tags/list', readTags);
  app.get('/v2/:name{.+}/referrers/:digest', readReferrers);

  app.notFound((c) => {
    const error = ['GET', 'HEAD'].includes(c.req.method)
      ? new OciError('NAME_UNKNOWN', `there is nothing at ${c.req.path}`)
      : new OciError('UNSUPPORTED', `${c.req.method} is not possible at ${c.req.path}`);
    return error.toResponse();
  });
  app.onError((error) => {
    if (error instanceof OciError) return error.toResponse();
    console.error(error);
    return new OciError('UNKNOWN', 'something went wrong here: try again').toResponse();
  });
  return app;
}
