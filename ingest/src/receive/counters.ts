import type { RejectionReason } from '../wire/rejections.ts';
import type { RefusalKind } from './refusal.ts';

type RequestOutcome = 'accepted' | 'partial' | RefusalKind;

/** What ingest did since it was created; every number only grows, except those in flight. */
export type IngestCounters = {
  readonly spansAccepted: number;
  readonly spansTruncated: number;
  readonly spansRejected: Readonly<Partial<Record<RejectionReason, number>>>;
  readonly logRecordsAccepted: number;
  readonly logRecordsTruncated: number;
  readonly logRecordsRejected: Readonly<Partial<Record<RejectionReason, number>>>;
  /** Data points of metrics, which are accepted and not used. */
  readonly unusedMetricPoints: number;
  readonly requests: Readonly<Partial<Record<RequestOutcome, number>>>;
  /** Bytes of requests that were read to their end, decompressed. */
  readonly requestBytes: number;
  readonly appendedRecords: number;
  readonly appendedBytes: number;
  readonly inFlightBytes: number;
};

/** A mutable IngestCounters. */
export type CounterStore = { -readonly [Name in keyof IngestCounters]: Mutable<IngestCounters[Name]> };

type Mutable<Value> = Value extends number ? number : { -readonly [Name in keyof Value]: Value[Name] };

export function createCounterStore(): CounterStore {
  return {
    spansAccepted: 0,
    spansTruncated: 0,
    spansRejected: {},
    logRecordsAccepted: 0,
    logRecordsTruncated: 0,
    logRecordsRejected: {},
    unusedMetricPoints: 0,
    requests: {},
    requestBytes: 0,
    appendedRecords: 0,
    appendedBytes: 0,
    inFlightBytes: 0,
  };
}

export function countIn<Name extends string>(counts: Partial<Record<Name, number>>, name: Name, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}
