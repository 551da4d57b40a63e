/** How a real BuildKit pushes: with whose credentials, and what becomes of a refusal. */
import { describe, expect, test } from '@jest/globals';

import type { CredentialProvider } from '../../../src/registry/credentials.ts';
import { UserError } from '../../../src/errors.ts';
import { buildJob, buildxBuilder } from '../../support/buildx.ts';
import { user } from '../../support/registry-client.ts';
import { startRegistryStandIn, type Intercept } from '../../support/registry-stand-in.ts';
import { startServe } from '../../support/serve-process.ts';
import { describeWith } from '../../support/services.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const LAYERS = [{ 'model.safetensors': Buffer.from('weights') }, { 'config.json': Buffer.from('{}') }];

describeWith('buildkit')('BuildKit', () => {
  test('pushes with the credentials that the run was given, whatever Docker has', async () => {
    await using folder = await temporaryFolder();
    await using registry = await startServe('--token', 'secret-of-the-test');
    const credentials = user('anyone', 'secret-of-the-test');
    const said: string[] = [];
    const builder = await buildxBuilder({ folder: folder.path, credentials });
    const model = { layers: LAYERS, host: registry.host, repository: 'owner/model', credentials };
    const built = await builder.buildLayers(buildJob({ ...model, log: (line) => said.push(line) }));
    expect(built.map(({ origin, title }) => `${title}: ${origin}`)).toEqual([
      'layer 0: pushed',
      'layer 1: pushed',
    ]);
    expect(said.join('\n')).toContain('pushing layers');
    expect(said.join('\n')).not.toContain('secret-of-the-test');
  }, 60_000);

  describe('is refused', () => {
    const wrong: CredentialProvider = user('anyone', 'wrong');
    test.each<[string, Intercept, RegExp]>([
      [
        'with 401',
        ({ method }, response) => {
          if (method !== 'POST') return false;
          response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
          return true;
        },
        /does not accept who BuildKit pushes as/,
      ],
      [
        'with 403',
        ({ method }, response) => {
          if (method !== 'POST') return false;
          response.writeHead(403, { 'Content-Type': 'application/json' });
          response.end('{"errors":[{"code":"DENIED","message":"not yours"}]}');
          return true;
        },
        /does not allow the push \(.*denied: not yours\)/,
      ],
    ])(
      '%s',
      async (_what, intercept, message) => {
        await using folder = await temporaryFolder();
        await using registry = await startRegistryStandIn(intercept);
        const builder = await buildxBuilder({ folder: folder.path, credentials: wrong });
        const job = buildJob({ layers: LAYERS, host: registry.host, repository: 'owner/model' });
        const error = await builder.buildLayers(job).catch((thrown: unknown) => thrown);
        if (!(error instanceof UserError)) throw new Error('no UserError', { cause: error });
        expect(error.message).toMatch(message);
        expect(error.hint).toMatch(/docker login/);
      },
      60_000,
    );
  });
});
