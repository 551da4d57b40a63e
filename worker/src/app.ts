/** The registry as a Hono app without its site, free of everything that only workerd has, so that tests can ask it directly. */
import { Hono } from 'hono';
import { PatternRouter } from 'hono/router/pattern-router';
import { checkHost } from './access/host.ts';
import { checkSignIn, may, maySee } from './access/guard.ts';
import { answerError, answerUnknown } from './answers.ts';
import type { AppTypes } from './environment.ts';
import { observe } from './observation/requests.ts';
import { readCatalog } from './routes/catalog.ts';
import { deleteBlob, readBlob } from './routes/blobs.ts';
import { readContainers, readContainersOfTag, sweepRoute } from './routes/containers.ts';
import { createCollection, readCollection } from './routes/collection.ts';
import { readFileRoute } from './routes/files.ts';
import { createImport, readImport } from './routes/imports.ts';
import { deleteManifest, readManifestRoute, writeManifestRoute } from './routes/manifests.ts';
import { readComparison, readModelRoute, readModels, rebuildCatalogue } from './routes/models.ts';
import { readReferrers } from './routes/referrers.ts';
import { deleteRepository } from './routes/repositories.ts';
import { readTags } from './routes/tags.ts';
import { readHealth } from './routes/health.ts';
import { createToken, readToken } from './routes/token.ts';
import { appendUpload, cancelUpload, finishUpload, readUpload, startUpload } from './routes/uploads.ts';
import { RecentPointers } from './storage/recent-pointers.ts';
import { openStore } from './storage/store.ts';

export function createApp(): Hono<AppTypes> {
  // Repository names hold slashes: of Hono's routers, this one lets a parameter span them.
  const app = new Hono<AppTypes>({ router: new PatternRouter() });
  const recentPointers = new RecentPointers();

  app.use('*', observe);
  app.use('*', async (c, next) => {
    await next();
    const { headers } = c.res; // each c.header() would make another response
    headers.set('Docker-Distribution-API-Version', 'registry/2.0');
    headers.set('X-Content-Type-Options', 'nosniff');
    // A manifest has the media type that its author gave it: nothing in it may run as a page of this origin.
    if (c.req.path.startsWith('/v2/')) headers.set('Content-Security-Policy', "default-src 'none'; sandbox");
  });
  app.use('*', async (c, next) => {
    checkHost(c.req.header('Host') ?? new URL(c.req.url).host, c.env.ALLOWED_HOSTS);
    c.set('bucket', openStore(c.env));
    c.set('recentPointers', recentPointers);
    await next();
  });

  app.get('/healthz', readHealth);
  app.get('/v2/', async (c) => {
    await checkSignIn(c);
    return c.json({});
  });
  app.get('/v2/_catalog', may('catalog'), readCatalog);
  app.get('/token', readToken);
  app.post('/token', createToken);

  app.post('/v2/_gc', may('operate'), createCollection);
  app.get('/v2/_gc', may('operate'), readCollection);
  app.post('/v2/_containers', may('operate'), sweepRoute);
  app.get('/v2/_containers', may('operate'), readContainers);
  app.delete('/v2/:name{.+}/_repository', may('delete'), deleteRepository);

  app.post('/v2/:name{.+}/blobs/uploads/', may('push'), startUpload);
  app.get('/v2/:name{.+}/blobs/uploads/:id', may('push'), readUpload);
  app.patch('/v2/:name{.+}/blobs/uploads/:id', may('push'), appendUpload);
  app.put('/v2/:name{.+}/blobs/uploads/:id', may('push'), finishUpload);
  app.delete('/v2/:name{.+}/blobs/uploads/:id', may('push'), cancelUpload);

  app.get('/v2/:name{.+}/blobs/:digest', may('pull'), readBlob);
  app.delete('/v2/:name{.+}/blobs/:digest', may('delete'), deleteBlob);

  app.post('/v2/:name{.+}/manifests/:reference/_import', may('import'), createImport);
  app.get('/v2/:name{.+}/manifests/:reference/_import', may('import'), readImport);
  app.get('/v2/:name{.+}/manifests/:reference/_containers', may('pull'), readContainersOfTag);

  app.get('/v2/:name{.+}/manifests/:reference', may('pull'), readManifestRoute);
  app.put('/v2/:name{.+}/manifests/:reference', may('push'), writeManifestRoute);
  app.delete('/v2/:name{.+}/manifests/:reference', may('delete'), deleteManifest);

  app.get('/v2/:name{.+}/tags/list', may('pull'), readTags);
  app.get('/v2/:name{.+}/referrers/:digest', may('pull'), readReferrers);

  app.post('/api/_rebuild', may('operate'), rebuildCatalogue);
  app.get('/api/models', readModels);
  app.get('/api/models/:name{.+}/compare/:range', maySee, readComparison);
  app.get('/api/models/:name{.+}', maySee, readModelRoute);
  app.get('/:name{.+?}/-/files/:reference/:path{.+}', maySee, readFileRoute);

  app.notFound((c) => answerUnknown(app, c).toResponse());
  app.onError((error) => answerError(error).toResponse());
  return app;
}
