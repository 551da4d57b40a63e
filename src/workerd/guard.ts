/**
 * workerd is a child of this process and would outlive it where it is killed. A shell that waits for the end of a
 * pipe from here ends it then: however this process goes, the pipe closes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import path from 'node:path';

const CHANNEL = 'child_process';

/** Guards every workerd that this process starts from now on. @returns what ends the guarding */
export function guardWorkerd(): () => void {
  const guards = new Set<ChildProcess>();
  const onSpawn = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    // The channel speaks before the process has started.
    child.once('spawn', () => {
      if (child.pid === undefined || !path.basename(child.spawnfile).startsWith('workerd')) return;
      const guard = spawnGuard(child.pid);
      guards.add(guard);
      child.once('exit', () => {
        guard.kill('SIGKILL');
        guards.delete(guard);
      });
    });
  };
  subscribe(CHANNEL, onSpawn);
  return () => {
    unsubscribe(CHANNEL, onSpawn);
    for (const guard of guards) guard.kill('SIGKILL');
  };
}

function spawnGuard(pid: number): ChildProcess {
  // A group of its own, so that Ctrl-C in a terminal does not end the guard before what it guards.
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -9 "$1"', 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => undefined); // no shell: what is left is a child that a kill orphans
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}
