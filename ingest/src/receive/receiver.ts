import type { LogTopic } from '@spanledger/spanlog';
import type { Logger } from 'pino';
import { countJsonMetricPoints } from '../json/count-metric-points.ts';
import { encodeLogsRequest, encodeTraceRequest } from '../json/encode-request.ts';
import type { Clock, IngestLimits } from '../options.ts';
import { countMetricPoints } from '../wire/count-metric-points.ts';
import { type Cut, cutLogsRequest, cutTraceRequest } from '../wire/cut-request.ts';
import { describeRejections } from '../wire/rejections.ts';
import { type CounterStore, countIn } from './counters.ts';
import { type Refusal, refusalOf } from './refusal.ts';

export type Signal = 'traces' | 'logs' | 'metrics';
export type Encoding = 'protobuf' | 'json';

type ReceivedRequest = {
  readonly signal: Signal;
  readonly encoding: Encoding;
  /** Decompressed. */
  readonly body: Uint8Array;
  readonly keyId: string;
};

/** What the sender is told. `rejected` counts spans or log records; `message` is empty on full success. */
export type ExportOutcome =
  | { readonly taken: true; readonly rejected: number; readonly message: string }
  | { readonly taken: false; readonly refusal: Refusal };

export type Receiver = {
  /** Resolves when what was taken is durable. Never rejects. */
  readonly receive: (request: ReceivedRequest) => Promise<ExportOutcome>;
  /** Requests between their arrival and their answer. */
  readonly pending: () => number;
};

type ReceiverOptions = {
  readonly spans: LogTopic;
  readonly logs: LogTopic;
  readonly limits: IngestLimits;
  readonly counters: CounterStore;
  readonly clock: Clock;
  readonly logger: Logger;
};

const FULL_SUCCESS: ExportOutcome = { taken: true, rejected: 0, message: '' };

/** The path of a request behind both servers: encode, cut, append, answer. */
export function createReceiver({ spans, logs, limits, counters, clock, logger }: ReceiverOptions): Receiver {
  let pendingCount = 0;

  async function store({ signal, encoding, body, keyId }: ReceivedRequest): Promise<ExportOutcome> {
    if (signal === 'metrics') {
      counters.unusedMetricPoints += encoding === 'json' ? countJsonMetricPoints(body) : countMetricPoints(body);
      return FULL_SUCCESS;
    }
    const topic = signal === 'traces' ? spans : logs;
    const cut = signal === 'traces' ? cutTraces(encoding, body) : cutLogs(encoding, body);
    await append(topic, cut, keyId);
    countCut(counters, signal, cut);
    if (cut.rejections.total === 0) return FULL_SUCCESS;
    const message = describeRejections(cut.rejections, signal === 'traces' ? 'spans' : 'log records');
    return { taken: true, rejected: cut.rejections.total, message };
  }

  function cutTraces(encoding: Encoding, body: Uint8Array): Cut {
    return cutTraceRequest(encoding === 'json' ? encodeTraceRequest(body) : body, spans.partitionCount, limits);
  }

  function cutLogs(encoding: Encoding, body: Uint8Array): Cut {
    return cutLogsRequest(encoding === 'json' ? encodeLogsRequest(body) : body, logs.partitionCount, limits);
  }

  async function append(topic: LogTopic, cut: Cut, keyId: string): Promise<void> {
    if (cut.slices.length === 0) return;
    const receivedAtMs = clock();
    await topic.append(
      cut.slices.map(({ partition, value }) => ({ partition, keyId, receivedAtMs, kind: 'otlp', value })),
    );
    counters.appendedRecords += cut.slices.length;
    for (const slice of cut.slices) counters.appendedBytes += slice.value.length;
    // Only now: after a failed append the log may still hold the values.
    cut.release();
  }

  return {
    pending: () => pendingCount,
    async receive(request) {
      pendingCount += 1;
      counters.requestBytes += request.body.length;
      try {
        const outcome = await store(request);
        countIn(counters.requests, outcome.taken && outcome.rejected > 0 ? 'partial' : 'accepted');
        return outcome;
      } catch (error) {
        const refusal = refusalOf(error);
        countIn(counters.requests, refusal.kind);
        if (refusal.kind === 'unavailable') logger.warn({ err: error, signal: request.signal }, 'request not stored');
        return { taken: false, refusal };
      } finally {
        pendingCount -= 1;
      }
    },
  };
}

function countCut(counters: CounterStore, signal: 'traces' | 'logs', cut: Cut): void {
  const rejected = signal === 'traces' ? counters.spansRejected : counters.logRecordsRejected;
  if (signal === 'traces') {
    counters.spansAccepted += cut.accepted;
    counters.spansTruncated += cut.truncated;
  } else {
    counters.logRecordsAccepted += cut.accepted;
    counters.logRecordsTruncated += cut.truncated;
  }
  for (const [reason, count] of cut.rejections.byReason) countIn(rejected, reason, count);
}
