import { errorFactory } from '@spanledger/schemas';

export const CLI_ERRORS = {
  SPL_CONFIG_INVALID: { retryable: false, summary: 'Settings are wrong; the message lists all of them.' },
  SPL_CONFIG_UNREADABLE: { retryable: false, summary: 'The configuration file cannot be read or is no YAML.' },
  SPL_PRICES_INVALID: { retryable: false, summary: 'The price file is wrong; the message lists all that is.' },
  SPL_PRICES_UNREADABLE: { retryable: false, summary: 'The price file cannot be read.' },
  SPL_CLI_BAD_ARGUMENT: { retryable: false, summary: 'An argument of a command has a value that cannot be used.' },
  SPL_CLI_NO_DATA: { retryable: false, summary: 'There is no data folder where a command looked for one.' },
  SPL_CLI_NOT_RUNNING: { retryable: false, summary: 'A command needs a running Spanledger and none runs here.' },
  SPL_CLI_NOT_FOUND: { retryable: false, summary: 'What a command was asked about is not in the ledger.' },
  SPL_START_PART_FAILED: { retryable: false, summary: 'A part of the running product ended unexpectedly.' },
} as const;

export const cliError = errorFactory(CLI_ERRORS);
