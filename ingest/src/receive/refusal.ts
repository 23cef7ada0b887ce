import { SpanledgerError } from '@spanledger/schemas';

/** Why a whole request is not taken. Both protocols answer from this one table. */
export const REFUSALS = {
  malformed: { http: 400, grpc: 3, retryable: false },
  unauthenticated: { http: 401, grpc: 16, retryable: false },
  forbidden: { http: 403, grpc: 7, retryable: false },
  unknown_path: { http: 404, grpc: 12, retryable: false },
  wrong_method: { http: 405, grpc: 12, retryable: false },
  too_large: { http: 413, grpc: 8, retryable: false },
  unsupported_type: { http: 415, grpc: 12, retryable: false },
  unsupported_compression: { http: 415, grpc: 12, retryable: false },
  unavailable: { http: 503, grpc: 14, retryable: true },
} as const;

export type RefusalKind = keyof typeof REFUSALS;

export type Refusal = { readonly kind: RefusalKind; readonly message: string };

export const MISSING_KEY: Refusal = {
  kind: 'unauthenticated',
  message: 'An ingest key is needed: authorization: Bearer <key>. The key is missing or not known.',
};

export const DRAINING: Refusal = { kind: 'unavailable', message: 'The server is shutting down. Try again.' };

/** What an error that ended a request means for its sender. What is not the sender's fault can be retried. */
export function refusalOf(error: unknown): Refusal {
  const code = error instanceof SpanledgerError ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'SPL_INGEST_MALFORMED') return { kind: 'malformed', message };
  if (code === 'SPL_INGEST_TOO_LARGE') return { kind: 'too_large', message };
  if (code?.startsWith('SPL_') === true) return { kind: 'unavailable', message };
  return { kind: 'unavailable', message: 'An unexpected error; the request was not stored. Try again.' };
}
