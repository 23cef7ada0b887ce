import { errorFactory } from '@spanledger/schemas';

export const REPORT_ERRORS = {
  SPL_API_BAD_REQUEST: { retryable: false, summary: 'A parameter of a request to the HTTP API cannot be used.' },
  SPL_API_NOT_FOUND: {
    retryable: false,
    summary: 'The HTTP API has nothing under this path, or the ledger no such session.',
  },
  SPL_API_FORBIDDEN: {
    retryable: false,
    summary: 'A web page, or a request under a foreign host name, asked the HTTP API.',
  },
  SPL_API_FAILED: { retryable: false, summary: 'The HTTP API failed; the log says why.' },
  SPL_API_ADDRESS_IN_USE: { retryable: false, summary: "Another program listens on the HTTP API's address." },
  SPL_API_ADDRESS_OPEN: {
    retryable: false,
    summary: "The HTTP API's address is reachable from outside and nothing allows that.",
  },
  SPL_API_LISTEN_FAILED: { retryable: false, summary: "The HTTP API's address cannot be listened on." },
  SPL_REPORT_TOO_LARGE: { retryable: false, summary: 'A session or a trace has more spans than one report holds.' },
  SPL_REPORT_AMBIGUOUS: { retryable: false, summary: 'Several tenants have a trace of this id.' },
  SPL_REPORT_SUM_DIFFERS: {
    retryable: false,
    summary: 'The parts of a statement do not sum to the ledger; nothing was given out.',
  },
} as const;

export const reportError = errorFactory(REPORT_ERRORS);
