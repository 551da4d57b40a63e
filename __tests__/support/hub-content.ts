import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Fault } from './hub-faults.ts';
import type { StandInFile } from './hub-models.ts';

const pieceBytes = 1024 * 1024;

/** Answers with a file or a single range of it, as the Hub's storage does, or with the fault. */
export async function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  file: StandInFile,
  options: { headers?: Record<string, string>; fault?: Fault | undefined } = {},
): Promise<void> {
  const { fault, headers = {} } = options;
  const range = fault?.kind === 'ignore-range' ? undefined : parseRange(request.headers.range, file.size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${file.size}`, 'Content-Length': 0 }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: file.size };
  const contentRange =
    fault?.kind === 'content-range' ? fault.value : `bytes ${start}-${end - 1}/${file.size}`;
  response.writeHead(range ? 206 : 200, {
    'Content-Type': 'application/octet-stream',
    'Accept-Ranges': 'bytes',
    ...(fault?.kind !== 'chunked' && { 'Content-Length': end - start }),
    ...(range && { 'Content-Range': contentRange }),
    ...headers,
  });
  if (request.method === 'HEAD') response.end();
  else await sendBody(response, file, { start, end, fault });
}

interface Body {
  start: number;
  end: number;
  fault: Fault | undefined;
}

async function sendBody(
  response: ServerResponse,
  file: StandInFile,
  { start, end, fault }: Body,
): Promise<void> {
  const cut = fault && 'after' in fault ? Math.min(end, start + fault.after) : end;
  for (let at = start; at < cut;) {
    // Up to the next whole MiB, which generated content gives without a copy.
    const length = Math.min(cut - at, pieceBytes - (at % pieceBytes));
    const bytes = await file.read(at, length);
    const sent = fault?.kind === 'corrupt' ? corrupt(bytes, fault.at - at) : bytes;
    if (response.destroyed) return;
    if (!response.write(sent)) await drained(response);
    at += length;
  }
  if (cut === end) response.end();
  else if (fault?.kind === 'truncate') response.socket?.end();
  else if (fault?.kind === 'reset') response.socket?.resetAndDestroy();
}

async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

function corrupt(bytes: Uint8Array, at: number): Uint8Array {
  if (at < 0 || at >= bytes.length) return bytes;
  const copy = Uint8Array.from(bytes);
  copy[at] = copy[at]! ^ 0xff;
  return copy;
}

function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  return start < end ? { start, end } : 'unsatisfiable';
}
