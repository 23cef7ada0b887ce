import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { warehouseError } from '../errors.ts';
import { claimFormat, type DataFormat } from './format-file.ts';
import { lockFile } from './lock.ts';
import { LOCK_FILE, publishRun, type RunAddresses, removeRun } from './run-file.ts';

export type DataFolderOptions = {
  readonly path: string;
  /** Who creates the folder, kept for people who later wonder. @default 'spanledger' */
  readonly createdBy?: string;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
};

export type DataFolder = {
  /** Absolute. */
  readonly path: string;
  readonly format: DataFormat;
  /** Publishes where this process listens, for `readRunningProcess`. */
  publish(addresses: RunAddresses): void;
  /** Gives the folder back; may be called twice. */
  release(): void;
};

/**
 * Creates or opens the data folder and holds it until `release` or the process's end.
 * Throws when another process holds it, when its format is newer, and when it holds something else.
 */
export async function openDataFolder(options: DataFolderOptions): Promise<DataFolder> {
  const path = resolve(options.path);
  createFolder(path);
  const lock = await lockFile(join(path, LOCK_FILE), path);
  try {
    // A process that was killed left its addresses; from here on they would pass for ours.
    removeRun(path);
    const now = new Date((options.clock ?? Date.now)());
    const format = claimFormat(path, options.createdBy ?? 'spanledger', now);
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      removeRun(path);
      lock.release();
    };
    return { path, format, publish: (addresses) => publishRun(path, addresses), release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function createFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw warehouseError(
      'SPL_DATA_FOLDER_UNUSABLE',
      `The data folder ${path} cannot be created: ${(cause as Error).message}. Create it for this user, or choose another with SPANLEDGER_DATA_DIR.`,
      cause,
    );
  }
}
