/** What is proposed for the list, for the body of a pull request or a job's page. */
import { count, formatBytes } from '../report/format.ts';
import { escapeMarkdown } from '../report/markdown.ts';
import type { Popular, Proposal, Proposed } from './find-popular.ts';
import { failureText, link, table } from './markdown.ts';
import { printable } from '../report/printable.ts';

/** @param endpoint of the Hub, which the links lead to. */
export function popularSummary({ proposals }: Popular, endpoint: string): string {
  const added = proposals
    .filter(isProposed)
    .map((model) => [
      link(model.name, endpoint, model.name),
      formatDownloads(model.downloads),
      escapeMarkdown(licenseText(model)),
      `${count(model.layers, 'layer')}, ${formatBytes(model.bytes)}`,
    ]);
  const leftOut = proposals
    .filter((model) => model.status === 'left-out')
    .map(({ name, error }) => [link(name, endpoint, name), failureText(error)]);
  const parts = [`## ${count(added.length, 'new model')}`];
  if (added.length > 0) parts.push(table(['Model', 'Downloads', 'License', 'Size'], added));
  if (leftOut.length > 0) parts.push('### Left out', table(['Model', 'Why'], leftOut));
  return `${parts.join('\n\n')}\n`;
}

export function isProposed(model: Proposal): model is Proposal & Proposed {
  return model.status === 'proposed';
}

export function licenseText({ license, gated }: { license?: string; gated: boolean }): string {
  return `${license === undefined ? 'no license stated' : printable(license)}${gated ? ', gated' : ''}`;
}

export function formatDownloads(downloads: number): string {
  return downloads.toLocaleString('en-US');
}
