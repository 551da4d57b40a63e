/** Images of one small model as other tools made them: recorded by foreign-images/record.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { digest, type RegistryStandIn } from './registry-stand-in.ts';

/** Tools, and how they were told to pack. */
export const FOREIGN_TOOLS = [
  'containerd',
  'crane',
  'kit',
  'kit-model-pack',
  'kit-zstd',
  'modctl',
  'modctl-tar',
] as const;

export type ForeignTool = (typeof FOREIGN_TOOLS)[number];

/** Path and SHA-256 of the model's files. */
export const FOREIGN_FILES: Record<string, string> = {
  'README.md': 'sha256:b85f802f285bcf8855e649214a509869884dc501785b91e076356402399a9120',
  'config.json': 'sha256:643e010a3d5314680744b54eb3389b403dc85a434126e0f9bd7ea0f73e6aabcd',
  'model.safetensors': 'sha256:9389c0dcc0461160bdf9abb67ee617ff18d8348c14f1fb5db6ce70a8231a7cca',
};

interface Recorded {
  mediaType: string;
  /** Base64 of its bytes. */
  manifest: string;
  blobs: string[];
}

/** Puts a tool's image into a registry. */
export function putForeignImage(
  { blobs, manifests }: Pick<RegistryStandIn, 'blobs' | 'manifests'>,
  tool: ForeignTool,
  tag: string = tool,
): void {
  const file = join(import.meta.dirname, 'foreign-images', `${tool}.json`);
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
  for (const text of recorded.blobs) {
    const bytes = Buffer.from(text, 'base64');
    blobs.set(digest(bytes), bytes);
  }
  const bytes = Buffer.from(recorded.manifest, 'base64');
  for (const name of [tag, digest(bytes)]) manifests.set(name, { type: recorded.mediaType, bytes });
}
