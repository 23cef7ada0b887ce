import { TOPICS } from '@spanledger/schemas';
import type { LogConsumer, LogRecord, LogTopic, PartitionBatch, StoredRecord } from '@spanledger/spanlog';
import type { Bury } from '../worker/bury.ts';
import type { DeadLetter, DeadLetterReason } from '../worker/dead-letter.ts';
import type { KeyRing } from '../worker/keys.ts';
import { patiently } from '../worker/patiently.ts';
import type { AttributionStats } from '../worker/stats.ts';
import { EventSpans } from './event-spans.ts';
import { createEventReader } from './read-events.ts';

export type EventStageOptions = {
  /** Of the topic of log records. */
  readonly consumer: LogConsumer;
  readonly spans: LogTopic;
  readonly keys: KeyRing;
  readonly bury: Bury;
  readonly batchBytes: number;
  readonly stats: AttributionStats;
};

export type EventStage = {
  /** Runs until stopped; rejects when it cannot go on. */
  run(signal: AbortSignal): Promise<void>;
};

const POLL_WAIT_MS = 1_000;
/** Spans made of one batch are appended when they have this many bytes, so that repeated resources hold no more memory. */
const MAX_APPEND_BYTES = 4 * 2 ** 20;

/**
 * Makes spans of the log records that tell of a model request, and appends them to the span log, where all else happens to
 * them. Only then are the log records committed: a crash in between makes the same spans again.
 */
export function createEventStage(options: EventStageOptions): EventStage {
  const { consumer, spans, keys, bury, batchBytes, stats } = options;
  const reader = createEventReader();

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const batches = await consumer.poll({ maxBytes: batchBytes, maxWaitMs: POLL_WAIT_MS, signal });
      await process(batches, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async function process(batches: readonly PartitionBatch[], signal: AbortSignal): Promise<void> {
    const dead: DeadLetter[] = [];
    for (const record of batches.flatMap(({ records }) => records)) {
      const tenant = keys.tenantOf(record.keyId);
      if (tenant === undefined) dead.push(deadRecord(record, '', 'unknown_ingest_key', unknownKey(record.keyId)));
      else await takeRecord(record, tenant, dead, signal);
    }
    await append(signal);
    await bury(dead, signal);
    const next = new Map(batches.map(({ partition, records }) => [partition, (records.at(-1)?.offset ?? -1) + 1]));
    await patiently(() => consumer.commit(next), signal);
  }

  const pending: LogRecord[] = [];
  let pendingBytes = 0;

  async function takeRecord(
    record: StoredRecord,
    tenant: string,
    dead: DeadLetter[],
    signal: AbortSignal,
  ): Promise<void> {
    const made = new EventSpans(spans.partitionCount);
    try {
      const count = reader.read(record.value, (event, attributes) => made.add(tenant, event, attributes));
      stats.logRecords += count;
      stats.eventSpans += made.count;
      stats.unusedLogRecords += count - made.count;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      dead.push(deadRecord(record, tenant, 'malformed', detail));
      return;
    }
    const { keyId, receivedAtMs } = record;
    for (const { partition, value } of made.take()) {
      pending.push({ partition, keyId, receivedAtMs, kind: 'otlp', value });
      pendingBytes += value.length;
    }
    if (pendingBytes >= MAX_APPEND_BYTES) await append(signal);
  }

  /** A full log delays: the log records stay where they are. */
  async function append(signal: AbortSignal): Promise<void> {
    const records = pending.splice(0);
    pendingBytes = 0;
    if (records.length > 0) await patiently(() => spans.append(records), signal);
  }

  return { run };
}

function deadRecord(record: StoredRecord, tenant: string, reason: DeadLetterReason, detail: string): DeadLetter {
  return { tenant, topic: TOPICS.logs, record, traceId: '', spanId: '', reason, detail, payload: record.value };
}

function unknownKey(keyId: string): string {
  return `no ingest key with id "${keyId}" is configured; name it again and replay`;
}
