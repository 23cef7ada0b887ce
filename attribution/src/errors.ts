import { type ErrorDefinition, errorFactory } from '@spanledger/schemas';

export const ATTRIBUTION_ERRORS = {
  SPL_SPANS_MALFORMED: {
    retryable: false,
    summary: 'A record of the span log is no serialised OTLP request.',
  },
  SPL_BILLING_CURRENCY_CHANGED: {
    retryable: false,
    summary: 'The ledger holds charges in another currency than the one that is set.',
  },
} as const satisfies Record<`SPL_${string}`, ErrorDefinition>;

export const attributionError = errorFactory(ATTRIBUTION_ERRORS);
