import { ingestError } from '../errors.ts';

/** The bound on bytes of requests that are being received or wait for the log. */
export type InFlight = {
  readonly reserve: (bytes: number) => boolean;
  readonly release: (bytes: number) => void;
  readonly bytes: () => number;
};

export function createInFlight(maxBytes: number): InFlight {
  let held = 0;
  return {
    reserve(bytes) {
      if (held + bytes > maxBytes) return false;
      held += bytes;
      return true;
    },
    release(bytes) {
      held -= bytes;
    },
    bytes: () => held,
  };
}

export function busy() {
  return ingestError('SPL_INGEST_BUSY', 'Too many bytes of requests are in flight. Try again later.');
}
