import { count, formatBytes } from '../report/format.ts';
import { escapeMarkdown, markdownCode, markdownTable } from '../report/markdown.ts';
import type { ModelCheck, Remark } from './check-models.ts';
import { clip } from './markdown.ts';

/** Markdown for the page of a check: a row a model that was asked about. */
export function checkSummary(checked: readonly ModelCheck[]): string {
  const asked = checked.filter(({ status }) => status !== 'folder');
  const heading = ['', 'Model', 'License', 'Size', 'Remarks'];
  const parts = [`## ${count(asked.length, 'model')} checked`];
  if (asked.length > 0) parts.push(markdownTable(heading, asked.map(row)));
  return `${parts.join('\n\n')}\n`;
}

const ICONS = { fine: '✅', wrong: '❌', failed: '❌', folder: '' };

function row(model: ModelCheck): string[] {
  const { name, status, license, gated, layers, bytes, remarks, error } = model;
  return [
    status === 'fine' && remarks.length > 0 ? '⚠️' : ICONS[status],
    markdownCode(name),
    license === undefined ? '' : `${escapeMarkdown(clip(license))}${gated === true ? ', gated' : ''}`,
    bytes === undefined ? '' : `${count(layers ?? 0, 'layer')}, ${formatBytes(bytes)}`,
    [...remarks.map(firstLine), ...(error === undefined ? [] : [error.message])]
      .map((text) => escapeMarkdown(clip(text)))
      .join('<br>'),
  ];
}

function firstLine({ text }: Remark): string {
  return text.split('\n', 1)[0] ?? '';
}
