import { errorFactory } from '@spanledger/schemas';

/** Every error that ingest throws on purpose. */
export const INGEST_ERRORS = {
  SPL_INGEST_MALFORMED: {
    retryable: false,
    summary: 'A request is not valid OTLP in the encoding that it claims.',
  },
  SPL_INGEST_TOO_LARGE: {
    retryable: false,
    summary: 'A request exceeds a size limit, as sent, after decompression, or after cutting.',
  },
  SPL_INGEST_BUSY: {
    retryable: true,
    summary: 'The bytes of requests in flight have reached their bound.',
  },
  SPL_INGEST_ADDRESS_IN_USE: {
    retryable: false,
    summary: 'Another process already listens on an OTLP address.',
  },
  SPL_INGEST_LISTEN_FAILED: {
    retryable: false,
    summary: 'An OTLP address cannot be listened on.',
  },
  SPL_INGEST_INSECURE_ADDRESS: {
    retryable: false,
    summary: 'An OTLP address can be reached from other machines, but no ingest keys are configured.',
  },
  SPL_INGEST_BAD_OPTIONS: {
    retryable: false,
    summary: 'An ingest option has a value that cannot work.',
  },
} as const;

export const ingestError = errorFactory(INGEST_ERRORS);
