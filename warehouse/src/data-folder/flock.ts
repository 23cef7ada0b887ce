import { createRequire } from 'node:module';

export const FLOCK_SHARED = 1;
export const FLOCK_EXCLUSIVE = 2;
const FLOCK_NON_BLOCKING = 4;

/** EWOULDBLOCK: on Linux 11, on macOS 35. */
const WOULD_BLOCK = new Set([11, 35]);

let libc: typeof import('ffi-rs') | undefined;

/**
 * flock(2) without waiting: true when the lock is ours, false when another open file has it.
 * Throws what else the system says, for example that the file system knows no locks.
 */
export function tryFlock(descriptor: number, operation: typeof FLOCK_SHARED | typeof FLOCK_EXCLUSIVE): boolean {
  libc ??= openLibc();
  const { value, errnoCode, errnoMessage } = libc.load<typeof libc.DataType.I32, true>({
    library: 'libc',
    funcName: 'flock',
    retType: libc.DataType.I32,
    paramsType: [libc.DataType.I32, libc.DataType.I32],
    paramsValue: [descriptor, operation | FLOCK_NON_BLOCKING],
    errno: true,
  });
  if (value === 0) return true;
  if (WOULD_BLOCK.has(errnoCode)) return false;
  throw new Error(errnoMessage);
}

/** Loaded on first use only: where ffi-rs has no binary, everything that needs no lock still works. */
function openLibc(): typeof import('ffi-rs') {
  const ffi = createRequire(import.meta.url)('ffi-rs') as typeof import('ffi-rs');
  ffi.open({ library: 'libc', path: '' });
  return ffi;
}
