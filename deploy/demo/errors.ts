import { errorFactory } from '@spanledger/schemas';

/** Every error that the demo throws on purpose (docs/errors.md). */
export const DEPLOY_ERRORS = {
  SPL_DEMO_SETTING_INVALID: {
    retryable: false,
    summary: 'An option or a variable of the demo has a value that it cannot use.',
  },
  SPL_DEMO_KEY_MISSING: {
    retryable: false,
    summary: 'The demo was asked for real providers, but no provider key is set.',
  },
  SPL_DEMO_COLLECTOR_UNREACHABLE: {
    retryable: true,
    summary: 'Nothing accepts spans at the OTLP endpoint, so the demo would show nothing.',
  },
  SPL_DEMO_TOO_MANY_STEPS: { retryable: false, summary: 'The demo agent stopped a model that kept calling tools.' },
  SPL_DEMO_STREAM_CUT: { retryable: true, summary: 'A model answer broke off in the middle of its stream.' },
  SPL_DEMO_STAND_IN: { retryable: false, summary: 'The stand-in for the providers was sent what it does not answer.' },
} as const;

export const deployError = errorFactory(DEPLOY_ERRORS);
