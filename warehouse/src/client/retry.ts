import { setTimeout as delay } from 'node:timers/promises';
import { SpanledgerError } from '@spanledger/schemas';

export type RetryOptions = {
  /** How long to go on trying, counted from the first try. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onRetry: (error: Error, attempt: number, pauseMs: number) => void;
};

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** Tries again while the error is retryable and time is left; then throws the last error. */
export async function withRetry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const giveUpAt = performance.now() + options.deadlineMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
      const final = !isWorthRetrying(error) || options.signal?.aborted || performance.now() + pauseMs > giveUpAt;
      if (final) throw error;
      options.onRetry(error, tries, pauseMs);
      // An abort during the pause ends it; the next attempt then says so in its own words.
      await delay(pauseMs, undefined, { signal: options.signal }).catch(() => undefined);
    }
  }
}

function isWorthRetrying(error: unknown): error is SpanledgerError {
  return error instanceof SpanledgerError && error.retryable && error.code !== 'SPL_WAREHOUSE_ABORTED';
}
