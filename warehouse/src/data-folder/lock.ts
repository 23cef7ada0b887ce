import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { warehouseError } from '../errors.ts';
import { FLOCK_EXCLUSIVE, FLOCK_SHARED, tryFlock } from '../libc.ts';

export type FolderLock = { release(): void };

/** A reader of `run.json` holds a shared lock for microseconds; a starter must not take that for another owner. */
const ATTEMPTS = 8;
const PAUSE_MS = 25;

/**
 * Takes a lock that the kernel drops when this process ends, however it ends, so it is never stale.
 * Throws SPL_DATA_FOLDER_IN_USE with the holder's process id.
 */
export async function lockFile(path: string, folder: string): Promise<FolderLock> {
  const descriptor = unusableUnless(folder, () => openSync(path, 'a+', 0o600));
  try {
    await takeLock(descriptor, path, folder);
    writeFileSync(path, `${process.pid}\n`);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return { release: () => closeSync(descriptor) };
}

/** True while some process holds the lock; never waits, and leaves no trace. */
export function isLocked(path: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    return !tryFlock(descriptor, FLOCK_SHARED);
  } finally {
    closeSync(descriptor);
  }
}

async function takeLock(descriptor: number, path: string, folder: string): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (unusableUnless(folder, () => tryFlock(descriptor, FLOCK_EXCLUSIVE))) return;
    await delay(PAUSE_MS);
  }
  const holder = readFileSync(path, 'utf8').trim();
  throw warehouseError(
    'SPL_DATA_FOLDER_IN_USE',
    `The data folder ${folder} is in use by process ${holder || '(starting)'}. Stop that process, or give this one another folder with SPANLEDGER_DATA_DIR.`,
  );
}

function unusableUnless<T>(folder: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw warehouseError(
      'SPL_DATA_FOLDER_UNUSABLE',
      `The data folder ${folder} cannot be locked: ${(cause as Error).message}. Use a folder of this user on a local file system (SPANLEDGER_DATA_DIR).`,
      cause,
    );
  }
}
