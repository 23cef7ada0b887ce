import { constants } from 'node:os';

type CodedError = Error & { readonly code?: unknown };

const { EIO, ENOSPC, EDQUOT, EFBIG } = constants.errno;
const MDB_MAP_FULL = -30792;
const OUT_OF_SPACE = new Set<unknown>([ENOSPC, EDQUOT, EFBIG, MDB_MAP_FULL]);

/** The reason behind a rejected commit: lmdb rejects with a general error that promises the specific one. */
export async function commitFailure(error: unknown): Promise<Error> {
  const failure = error instanceof Error ? error : new Error(String(error));
  if (!('commitError' in failure)) return failure;
  try {
    await failure.commitError;
    return failure;
  } catch (reason) {
    return reason instanceof Error ? reason : failure;
  }
}

/**
 * Whether a commit failed only for want of space. LMDB reports a write cut short by a full disk as EIO, so that
 * code counts when the disk is indeed short of space.
 */
export function isOutOfSpace(failure: CodedError, isDiskShort: () => boolean): boolean {
  return OUT_OF_SPACE.has(failure.code) || (failure.code === EIO && isDiskShort());
}
