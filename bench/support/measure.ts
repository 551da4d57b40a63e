/** What a process costs, from Linux's /proc: sampled while it runs, since nothing is left to read once it ended. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from './errors.ts';

export interface Usage {
  /** Wall time, seconds. */
  wall: number;
  /** User and system time of the process and of those children that it waited for, seconds. */
  cpu: number;
  /** Largest resident set, bytes; of several processes, the sum. */
  rss: number;
  /** Bytes that it had the kernel write to disks. */
  diskWritten: number;
  /** Bytes received and sent over loopback by all of this machine meanwhile. */
  loopback: number;
  /** Largest space that the watched folders took, above what they took at the start, bytes. */
  diskUsed: number;
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Folders whose growth is measured. */
  folders?: readonly string[];
  /** Other processes that work for this one: daemons. */
  daemons?: readonly number[];
}

export interface Result extends Usage {
  stdout: string;
  stderr: string;
}

const TICKS_PER_SECOND = 100; // USER_HZ, the same on all of Linux's common machines
/** Not oftener: each look holds the process up, and 50 a second took a twentieth of a publisher's speed. */
const SAMPLE_MS = 100;
const DISK_SAMPLE_MS = 200;

/** Runs a command to its end and measures it. @throws Error with the end of what it printed when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Result> {
  const meter = new Meter(options);
  const child = spawn(command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  if (child.pid !== undefined) meter.watch(child.pid);
  try {
    const code = await ended;
    if (code !== 0) {
      const tail = `${output.stdout}\n${output.stderr}`.trim().split('\n').slice(-20).join('\n');
      throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${tail}`);
    }
  } finally {
    meter.stop();
  }
  return { ...meter.usage(), ...output };
}

interface Sample {
  cpu: number;
  rss: number;
  diskWritten: number;
}

class Meter {
  #started = performance.now();
  #ended = 0;
  #samples = new Map<number, Sample>();
  #before = new Map<number, Sample>();
  #loopback = readLoopback();
  #folders: readonly string[];
  #spaceBefore: number;
  #space: number;
  #timers: NodeJS.Timeout[];

  constructor(options: RunOptions) {
    this.#folders = options.folders ?? [];
    this.#spaceBefore = spaceOf(this.#folders);
    this.#space = this.#spaceBefore;
    for (const pid of options.daemons ?? []) {
      writeFileSync(`/proc/${pid}/clear_refs`, '5'); // proc_pid_clear_refs(5): forget the peak so far
      const sample = readSample(pid);
      if (sample === undefined) throw new Error(`there is no process ${pid} to measure`);
      this.#before.set(pid, sample);
      this.#samples.set(pid, sample);
    }
    this.#timers = [
      setInterval(() => this.#sample(), SAMPLE_MS),
      setInterval(() => this.#sampleSpace(), DISK_SAMPLE_MS),
    ];
    this.#started = performance.now();
  }

  watch(pid: number): void {
    this.#samples.set(pid, { cpu: 0, rss: 0, diskWritten: 0 });
  }

  stop(): void {
    this.#ended = performance.now();
    for (const timer of this.#timers) clearInterval(timer);
    this.#sample();
    this.#sampleSpace();
    this.#loopback = readLoopback() - this.#loopback;
  }

  usage(): Usage {
    const total: Usage = {
      wall: (this.#ended - this.#started) / 1000,
      cpu: 0,
      rss: 0,
      diskWritten: 0,
      loopback: this.#loopback,
      diskUsed: this.#space - this.#spaceBefore,
    };
    for (const [pid, sample] of this.#samples) {
      const before = this.#before.get(pid);
      total.cpu += sample.cpu - (before?.cpu ?? 0);
      total.rss += sample.rss;
      total.diskWritten += sample.diskWritten - (before?.diskWritten ?? 0);
    }
    return total;
  }

  #sample(): void {
    for (const pid of this.#samples.keys()) {
      const sample = readSample(pid);
      if (sample !== undefined) this.#samples.set(pid, sample);
    }
  }

  #sampleSpace(): void {
    this.#space = Math.max(this.#space, spaceOf(this.#folders));
  }
}

/** CPU seconds that a process, its threads and the children it waited for have used so far. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // proc_pid_stat(5): the fields after the name, which may have blanks in it; utime is the 14th of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

/** undefined once the process has ended, or is a zombie without memory. */
function readSample(pid: number): Sample | undefined {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    const written = /^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1];
    if (peak === undefined || written === undefined) return undefined;
    return { cpu: cpuOf(pid), rss: Number(peak) * 1024, diskWritten: Number(written) };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES')) return undefined;
    throw error;
  }
}

/** Bytes that the loopback interface has carried. */
function readLoopback(): number {
  const line = /^\s*lo:\s*(\d+)/m.exec(readFileSync('/proc/net/dev', 'latin1'));
  return Number(line?.[1] ?? 0);
}

/** Bytes that folders take on the disk; files that vanish meanwhile count for nothing. */
export function spaceOf(folders: readonly string[]): number {
  let total = 0;
  for (const folder of folders) {
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) total += spaceOf([path]);
        else if (entry.isFile()) total += statSync(path).blocks * 512;
      }
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  return total;
}
