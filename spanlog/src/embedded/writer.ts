import type { Logger } from 'pino';
import { spanLogError } from '../errors.ts';
import { commitFailure, isOutOfSpace } from './commit-failure.ts';
import type { DiskSpace } from './disk-space.ts';
import type { Store } from './store.ts';

/** Something that becomes durable as a whole. One of `publish` and `discard` follows each `write`. */
export type Change = {
  readonly bytes: number;
  /** Puts and removes, synchronously; may assign what `publish` makes known. */
  write(store: Store): void;
  publish(): void;
  discard(): void;
};

export type Writer = {
  /** Resolves when the change is durable; rejects with SPL_LOG_DISK_FULL or SPL_LOG_FAILED when it never will be. */
  submit(change: Change): Promise<void>;
  /** Bytes submitted and not yet durable. */
  pendingBytes(): number;
  failure(): Error | undefined;
  /** Resolves when nothing is pending. */
  drained(): Promise<void>;
};

type Pending = { readonly change: Change; resolve(): void; reject(reason: Error): void };

const MAX_TRANSACTION_BYTES = 16 * 2 ** 20;

/**
 * The only way into the store. Group commit: what is submitted while a transaction is being flushed shares the
 * next one. One transaction is in flight at a time, so a failed one is undone by forgetting what it assigned.
 */
export function createWriter(options: {
  store: Store;
  diskSpace: DiskSpace;
  commitDeadlineMs: number;
  logger: Pick<Logger, 'error' | 'warn'>;
}): Writer {
  const { store, diskSpace, commitDeadlineMs, logger } = options;
  let queue: Pending[] = [];
  let pendingBytes = 0;
  let failure: Error | undefined;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    await nextTurn();
    while (queue.length > 0) {
      const batch = takeBatch();
      settle(batch, await commit(batch));
    }
    running = undefined;
  }

  function takeBatch(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const { change } of queue) {
      if (count > 0 && bytes + change.bytes > MAX_TRANSACTION_BYTES) break;
      bytes += change.bytes;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return batch;
  }

  /** The reason why the batch is not durable; undefined when it is. */
  async function commit(batch: readonly Pending[]): Promise<Error | undefined> {
    if (failure !== undefined) return failure;
    try {
      const committed = store.batch(() => {
        for (const { change } of batch) change.write(store);
      });
      // One that fails after its deadline must not end the process as an unhandled rejection.
      committed.catch(commitFailure);
      await withDeadline(committed, commitDeadlineMs);
      return undefined;
    } catch (error) {
      return explain(await commitFailure(error), sum(batch));
    }
  }

  function explain(cause: Error, bytes: number): Error {
    if (isOutOfSpace(cause, () => diskSpace.isShortOf(2 * bytes))) {
      logger.warn({ err: cause }, 'the span log has no room on its disk; appends are refused until there is some');
      return spanLogError('SPL_LOG_DISK_FULL', `The disk is full: ${cause.message}. Free some space.`, cause);
    }
    const message = `The span log could not make a write durable: ${cause.message}. Check the disk, then restart.`;
    failure = spanLogError('SPL_LOG_FAILED', message, cause);
    logger.error({ err: failure }, 'the span log has failed; nothing is accepted any more');
    return failure;
  }

  function settle(batch: readonly Pending[], reason: Error | undefined): void {
    pendingBytes -= sum(batch);
    for (const { change } of batch) reason === undefined ? change.publish() : change.discard();
    for (const { resolve, reject } of batch) reason === undefined ? resolve() : reject(reason);
  }

  return {
    submit(change) {
      if (failure !== undefined) return Promise.reject(failure);
      pendingBytes += change.bytes;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      queue.push({ change, resolve, reject });
      running ??= run();
      return promise;
    },
    pendingBytes: () => pendingBytes,
    failure: () => failure,
    drained: async () => {
      while (running !== undefined) await running;
    },
  };
}

function sum(batch: readonly Pending[]): number {
  return batch.reduce((bytes, { change }) => bytes + change.bytes, 0);
}

/** Lets everything that arrives in this turn of the event loop into the same transaction. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** lmdb never settles a commit whose transaction cannot even begin. */
async function withDeadline(committed: Promise<unknown>, deadlineMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer from the disk within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    await Promise.race([committed, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
