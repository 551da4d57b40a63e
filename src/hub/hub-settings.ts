import { UsageError } from '../errors.ts';

export interface HubSettings {
  /** Without a slash at its end. */
  endpoint: string;
  token?: string;
}

/**
 * The Hub as its own tools find it: `HF_ENDPOINT` and `HF_TOKEN`.
 * @throws UsageError when one of them cannot be right
 */
export function hubSettings(env: NodeJS.ProcessEnv): HubSettings {
  const endpoint = parseEndpoint(env['HF_ENDPOINT']?.trim() || 'https://huggingface.co');
  const token = env['HF_TOKEN']?.trim();
  if (!token) return { endpoint };
  // The value itself is not shown: it may be another service's secret.
  if (!/^hf_\w+$/.test(token)) {
    throw new UsageError('HF_TOKEN is not a token of the Hugging Face Hub: these begin with "hf_".', {
      hint: 'Make one at https://huggingface.co/settings/tokens, or unset HF_TOKEN to read public models only.',
    });
  }
  return { endpoint, token };
}

function parseEndpoint(text: string): string {
  const url = URL.parse(text);
  const web = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !web || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new UsageError(
      `HF_ENDPOINT (or --hub) is not the address of a Hub: "${url ? url.origin : text}".`,
      {
        hint: 'Write it as https://host, or leave it out to use https://huggingface.co.',
      },
    );
  }
  return url.href.replace(/\/+$/, '');
}
