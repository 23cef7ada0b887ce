import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readIfThere, writeWhole } from '../data-folder/format-file.ts';
import { isLocked } from '../data-folder/lock.ts';
import { warehouseError } from '../errors.ts';

/** An engine whose parent was killed ends within moments of it; only one that stays is another's. */
const RELEASE_WAIT_MS = 10_000;
const POLL_MS = 25;

const VERSION_FILE = 'engine-version.json';

/** Waits until no engine process has the data open; throws SPL_ENGINE_DATA_IN_USE with its process id when one keeps it. */
export async function waitForFreeData(dataDir: string): Promise<void> {
  const status = join(dataDir, 'clickhouse', 'status');
  const giveUpAt = performance.now() + RELEASE_WAIT_MS;
  while (isLocked(status)) {
    if (performance.now() > giveUpAt) throw inUse(dataDir, /PID: (\d+)/.exec(readFileSync(status, 'utf8'))?.[1]);
    await delay(POLL_MS);
  }
}

export function inUse(dataDir: string, pid: string | undefined): Error {
  return warehouseError(
    'SPL_ENGINE_DATA_IN_USE',
    `The ClickHouse data under ${dataDir} is open in another engine process (${pid ?? 'its id is unknown'}). Stop that process, or choose another folder with SPANLEDGER_DATA_DIR.`,
  );
}

/** Refuses data that a newer engine has written: an older one may fail on it, or change it, without saying why. */
export function refuseNewerData(dataDir: string, libraryVersion: string): void {
  const text = readIfThere(join(dataDir, VERSION_FILE));
  if (text === undefined) return;
  const { version } = JSON.parse(text) as { version: string };
  if (compareReleases(version, libraryVersion) <= 0) return;
  throw warehouseError(
    'SPL_ENGINE_DATA_NEWER',
    `The ClickHouse data under ${dataDir} was written by engine ${version}; this product carries ${libraryVersion}. Use the newer product, or another folder with SPANLEDGER_DATA_DIR.`,
  );
}

export function recordEngineVersion(dataDir: string, libraryVersion: string): void {
  writeWhole(join(dataDir, VERSION_FILE), { version: libraryVersion });
}

/** By year and month of the release alone: patch releases read each other's data. */
function compareReleases(left: string, right: string): number {
  const [leftYear = 0, leftMonth = 0] = left.split('.').map(Number);
  const [rightYear = 0, rightMonth = 0] = right.split('.').map(Number);
  return leftYear - rightYear || leftMonth - rightMonth;
}
