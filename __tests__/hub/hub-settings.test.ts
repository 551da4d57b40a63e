import { expect, test } from '@jest/globals';

import { UserError } from '../../src/errors.ts';
import { hubSettings } from '../../src/hub/hub-settings.ts';

test.each([
  [{}, { endpoint: 'https://huggingface.co' }],
  [{ HF_ENDPOINT: '', HF_TOKEN: '' }, { endpoint: 'https://huggingface.co' }],
  [
    { HF_ENDPOINT: 'https://hub.example/', HF_TOKEN: ' hf_abc\n' },
    { endpoint: 'https://hub.example', token: 'hf_abc' },
  ],
  [{ HF_ENDPOINT: 'http://127.0.0.1:8080/hub//' }, { endpoint: 'http://127.0.0.1:8080/hub' }],
])('%j', (env, settings) => {
  expect(hubSettings(env)).toEqual(settings);
});

test.each(['ghp_secret', 'hf_', 'hf_with space', 'hf_line\nbreak'])(
  'the token %j is refused, unseen',
  (token) => {
    const settings = (): unknown => hubSettings({ HF_TOKEN: token });
    expect(settings).toThrow(UserError);
    expect(settings).toThrow(/^HF_TOKEN is not a token of the Hugging Face Hub: these begin with "hf_"\.$/);
  },
);

test.each([
  'hub.example',
  'ftp://hub.example',
  'https://me:secret@hub.example',
  'https://hub.example?x=secret',
])('the endpoint %s is refused', (endpoint) => {
  const settings = (): unknown => hubSettings({ HF_ENDPOINT: endpoint });
  expect(settings).toThrow(UserError);
  expect(settings).not.toThrow(/secret/);
});
