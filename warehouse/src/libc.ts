import { createRequire } from 'node:module';

export const FLOCK_SHARED = 1;
export const FLOCK_EXCLUSIVE = 2;
const FLOCK_NON_BLOCKING = 4;

/** EWOULDBLOCK: on Linux 11, on macOS 35. */
const WOULD_BLOCK = new Set([11, 35]);

const PRIVATE = 0o600;

type Ffi = typeof import('ffi-rs');
type Outcome = { readonly value: number; readonly errnoCode: number; readonly errnoMessage: string };

let ffi: Ffi | undefined;

/**
 * flock(2) without waiting: true when the lock is ours, false when another open file has it.
 * Throws what else the system says, for example that the file system knows no locks.
 */
export function tryFlock(descriptor: number, operation: typeof FLOCK_SHARED | typeof FLOCK_EXCLUSIVE): boolean {
  const { DataType } = libc();
  const { value, errnoCode, errnoMessage } = call(
    'flock',
    [DataType.I32, DataType.I32],
    [descriptor, operation | FLOCK_NON_BLOCKING],
  );
  if (value === 0) return true;
  if (WOULD_BLOCK.has(errnoCode)) return false;
  throw new Error(errnoMessage);
}

/** mkfifo(3): a named pipe that only this user may open. */
export function makeFifo(path: string): void {
  const { DataType } = libc();
  const { value, errnoMessage } = call('mkfifo', [DataType.String, DataType.I32], [path, PRIVATE]);
  if (value !== 0) throw new Error(`mkfifo ${path}: ${errnoMessage}`);
}

function call(funcName: string, paramsType: Parameters<Ffi['load']>[0]['paramsType'], paramsValue: unknown[]): Outcome {
  const { load, DataType } = libc();
  return load<typeof DataType.I32, true>({
    library: 'libc',
    funcName,
    retType: DataType.I32,
    paramsType,
    paramsValue,
    errno: true,
  });
}

/** Loaded on first use only: where ffi-rs has no binary, everything that needs no system call still works. */
function libc(): Ffi {
  if (ffi === undefined) {
    ffi = createRequire(import.meta.url)('ffi-rs') as Ffi;
    ffi.open({ library: 'libc', path: '' });
  }
  return ffi;
}
