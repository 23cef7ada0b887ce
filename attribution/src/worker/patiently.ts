import { setTimeout as pause } from 'node:timers/promises';
import { SpanledgerError } from '@spanledger/schemas';

const PAUSE_MS = 250;

/**
 * Does a step again and again while it fails for something that may pass, such as a full disk: what is not done stays on
 * the log, so there is no reason to give up. Throws what will not pass, and the last error when the signal aborts.
 */
export async function patiently(step: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error;
    }
    await pause(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}

export function mayPass(error: unknown): boolean {
  return error instanceof SpanledgerError && error.retryable;
}
