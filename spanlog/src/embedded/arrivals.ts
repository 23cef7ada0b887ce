/** Wakes whoever waits for records, at once and all together. */
export type Arrivals = {
  announce(): void;
  /** Resolves at the next announcement, after `maxWaitMs`, or when `signal` aborts. */
  next(maxWaitMs: number, signal: AbortSignal | undefined): Promise<void>;
};

export function createArrivals(): Arrivals {
  const waiting = new Set<() => void>();
  return {
    announce() {
      for (const wake of [...waiting]) wake();
    },
    next: (maxWaitMs, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          clearTimeout(timer);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, maxWaitMs);
        waiting.add(wake);
        signal?.addEventListener('abort', wake);
        if (signal?.aborted) wake();
      }),
  };
}
