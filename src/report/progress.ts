/**
 * Progress on stderr: on a terminal a line that is drawn over and over, elsewhere (a log) only what was finished and
 * a sign of life now and then.
 */
import { formatBytes, formatSeconds } from './format.ts';

export interface Progress {
  /** More work is known: bytes that will be moved. */
  expect(bytes: number): void;
  moved(bytes: number): void;
  /** What is being worked on now. */
  begin(what: string): void;
  end(what: string): void;
  /** A line that stays. */
  note(line: string): void;
  close(): void;
}

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const DRAW_EVERY = 100; // milliseconds
const LOG_EVERY = 30_000; // milliseconds

export function openProgress(stream: ProgressStream): Progress {
  const state = { expected: 0, moved: 0, active: new Set<string>(), begun: performance.now() };
  const terminal = stream.isTTY === true;
  let drawn = false;
  const erase = (): void => {
    if (drawn) stream.write('\r\u001B[K');
    drawn = false;
  };
  const draw = (): void => {
    if (state.active.size === 0) return;
    const line = status(state);
    if (terminal) {
      erase();
      stream.write(clip(line, (stream.columns || 80) - 1));
      drawn = true;
    } else {
      stream.write(`${line}\n`);
    }
  };
  const timer = setInterval(draw, terminal ? DRAW_EVERY : LOG_EVERY);
  timer.unref();
  return {
    expect: (bytes) => void (state.expected += bytes),
    moved: (bytes) => void (state.moved += bytes),
    begin: (what) => void state.active.add(what),
    end: (what) => void state.active.delete(what),
    note(line) {
      erase();
      stream.write(`${line}\n`);
    },
    close() {
      clearInterval(timer);
      erase();
    },
  };
}

interface State {
  expected: number;
  moved: number;
  active: ReadonlySet<string>;
  /** performance.now(), in milliseconds. */
  begun: number;
}

function status({ expected, moved, active, begun }: State): string {
  const seconds = (performance.now() - begun) / 1000;
  const speed = moved / Math.max(seconds, 0.001);
  const names = [...active].slice(0, 2).join(', ') + (active.size > 2 ? ` and ${active.size - 2} more` : '');
  if (expected === 0) return names;
  const percent = Math.floor((100 * moved) / expected);
  const left = speed > 0 && moved > 0 ? `, ${formatSeconds((expected - moved) / speed)} left` : '';
  return `${percent} %  ${formatBytes(moved)} of ${formatBytes(expected)}, ${formatBytes(speed)}/s${left}  ${names}`;
}

function clip(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}
