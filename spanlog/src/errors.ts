import { errorFactory } from '@spanledger/schemas';

/** The span log's closed table of error codes. */
export const SPAN_LOG_ERRORS = {
  SPL_LOG_FULL: {
    retryable: true,
    summary: 'The log holds as much unprocessed data as it may; it takes more when consumers commit.',
  },
  SPL_LOG_DISK_FULL: {
    retryable: true,
    summary: 'The disk has too little room left for the log; it takes more when space is freed.',
  },
  SPL_LOG_FAILED: {
    retryable: false,
    summary: 'A write to the log could not be made durable; nothing is accepted until the process restarts.',
  },
  SPL_LOG_STOPPED: { retryable: true, summary: 'The log was stopped; another process or a restart takes the data.' },
  SPL_LOG_OPEN_FAILED: { retryable: false, summary: 'The files of the log could not be opened.' },
  SPL_LOG_DIRECTORY_TAKEN: { retryable: false, summary: 'The log in this directory is already open in this process.' },
  SPL_LOG_FORMAT: { retryable: false, summary: 'The log was written by a version whose format this one cannot read.' },
  SPL_LOG_PARTITIONS_CHANGED: {
    retryable: false,
    summary: 'A topic was opened with another partition count than it was made with.',
  },
  SPL_LOG_UNKNOWN_TOPIC: { retryable: false, summary: 'The topic is not among those that the log was opened with.' },
  SPL_LOG_GROUP_TAKEN: {
    retryable: false,
    summary: 'A consumer group of the embedded log already has its one member in this process.',
  },
  SPL_LOG_CONSUMER_CLOSED: { retryable: false, summary: 'The consumer was used after it had been closed.' },
  SPL_LOG_OFFSET_OUT_OF_RANGE: {
    retryable: false,
    summary: 'An offset lies outside of what the partition holds.',
  },
} as const;

export const spanLogError = errorFactory(SPAN_LOG_ERRORS);
