import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readIfThere, writeWhole } from './format-file.ts';
import { isLocked } from './lock.ts';

export const LOCK_FILE = 'lock';
const RUN_FILE = 'run.json';

/** Where a running process listens, each as `host:port`; a part that it does not run is absent. */
export type RunAddresses = {
  readonly otlpGrpc?: string;
  readonly otlpHttp?: string;
  readonly api?: string;
  readonly sql?: string;
};

export type RunningProcess = { readonly pid: number; readonly addresses: RunAddresses };

/** Tells other processes, such as commands of the same user, where this one listens. Only the holder of the lock calls it. */
export function publishRun(folder: string, addresses: RunAddresses): void {
  writeWhole(join(folder, RUN_FILE), { pid: process.pid, addresses } satisfies RunningProcess);
}

export function removeRun(folder: string): void {
  rmSync(join(folder, RUN_FILE), { force: true });
}

/**
 * The process that holds the folder now and has published its addresses, or undefined.
 * The lock decides who is alive: a file that a killed process left is not believed.
 */
export function readRunningProcess(path: string): RunningProcess | undefined {
  const folder = resolve(path);
  if (!isLocked(join(folder, LOCK_FILE))) return undefined;
  const text = readIfThere(join(folder, RUN_FILE));
  if (text === undefined) return undefined;
  const running = JSON.parse(text) as RunningProcess;
  return isAlive(running.pid) ? running : undefined;
}

/** Covers the moment in which a new holder has the lock and the addresses of a killed one still lie there. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
