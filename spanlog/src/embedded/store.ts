import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { spanLogError } from '../errors.ts';
import { FORMAT_KEY } from './keys.ts';

/** The LMDB environment under one directory: ordered binary keys to binary values. */
export type Store = RootDatabase<Uint8Array, Uint8Array>;

const FORMAT_VERSION = 1;

/** Address space, not disk or memory: large enough that the map is never moved while it grows. */
const MAP_BYTES = 256 * 2 ** 30;

const DATA_FILE = 'data.mdb';

/** Stands near the beginning of each LMDB file. */
const LMDB_MAGIC = Buffer.from('dec0efbe', 'hex');
const HEADER_BYTES = 64;

const openDirectories = new Set<string>();

/**
 * Opens or makes the store under `directory`; a second open of the same directory in this process is refused,
 * because offsets are assigned in memory. `close` may be called twice.
 */
export function openStore(directory: string): { store: Store; file: string; close: () => Promise<void> } {
  mkdirSync(directory, { recursive: true });
  const path = realpathSync(directory);
  if (openDirectories.has(path)) {
    throw spanLogError('SPL_LOG_DIRECTORY_TAKEN', `The span log in ${path} is already open: stop it first.`);
  }
  checkHeader(path);
  const store = openEnvironment(path);
  try {
    checkFormat(store, path);
    syncDirectory(path);
    syncDirectory(dirname(path));
  } catch (error) {
    void store.close();
    throw error;
  }
  openDirectories.add(path);
  let closed: Promise<void> | undefined;
  return {
    store,
    file: join(path, DATA_FILE),
    close: () => {
      openDirectories.delete(path);
      closed ??= store.close();
      return closed;
    },
  };
}

/**
 * Each commit is flushed before it becomes visible (`overlappingSync` off): a commit that fails leaves nothing
 * behind. `noMemInit` stays off, because it would write leftovers of this process's memory to disk;
 * `useWritemap` too, because a full disk would then kill the process with SIGBUS.
 */
function openEnvironment(path: string): Store {
  try {
    return open<Uint8Array, Uint8Array>({
      path,
      noSubdir: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      mapSize: MAP_BYTES,
      overlappingSync: false,
      eventTurnBatching: false,
      compression: false,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The span log in ${path} could not be opened: ${reason}. Check its permissions, or restore it.`;
    throw spanLogError('SPL_LOG_OPEN_FAILED', message, cause);
  }
}

/** lmdb does not survive the attempt to open a file that is none of its own. */
function checkHeader(path: string): void {
  const file = join(path, DATA_FILE);
  if (!existsSync(file)) return;
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, 'r');
  const length = readSync(descriptor, header);
  closeSync(descriptor);
  if (length === 0 || header.includes(LMDB_MAGIC)) return;
  throw spanLogError('SPL_LOG_OPEN_FAILED', `${file} is no span log: move it away, or restore it from a backup.`);
}

function checkFormat(store: Store, path: string): void {
  const stored = store.get(FORMAT_KEY);
  if (stored === undefined) {
    store.transactionSync(() => store.putSync(FORMAT_KEY, Buffer.from(String(FORMAT_VERSION))));
    return;
  }
  const version = Buffer.from(stored).toString();
  if (version === String(FORMAT_VERSION)) return;
  throw spanLogError(
    'SPL_LOG_FORMAT',
    `The span log in ${path} has format ${version}, expected ${FORMAT_VERSION}: run the version that wrote it, or a newer one.`,
  );
}

/** A new file survives a power loss only when the directory that names it is flushed too. */
function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
