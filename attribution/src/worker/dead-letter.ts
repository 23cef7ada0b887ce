import type { TopicName } from '@spanledger/schemas';
import type { LogRecord, StoredRecord } from '@spanledger/spanlog';
import {
  type BlockColumns,
  columnList,
  DictionaryColumn,
  StringColumn,
  takeBlock,
  Uint64Column,
  UintColumn,
} from '@spanledger/warehouse';

/** Why something on the log could not become a ledger row (docs/errors.md, "Dead letters"). */
export const DEAD_LETTER_REASONS = {
  malformed: 'The record is no serialised ExportTraceServiceRequest, or ExportLogsServiceRequest on the topic of logs.',
  malformed_notice: 'The record is no notice of ours.',
  unknown_ingest_key: 'The configuration names no ingest key with the id that the record carries.',
  clock_out_of_range: 'The span starts more than 400 days before, or ends more than a day after its reception.',
  wrong_partition: "The span's trace belongs to another partition of the log.",
  refused_by_warehouse: 'ClickHouse refuses the row for its content.',
} as const;

export type DeadLetterReason = keyof typeof DEAD_LETTER_REASONS;

export type DeadLetter = {
  readonly tenant: string;
  /** The topic on which the record stands. */
  readonly topic: TopicName;
  readonly record: StoredRecord;
  readonly traceId: string;
  readonly spanId: string;
  readonly reason: DeadLetterReason;
  readonly detail: string;
  /** The whole record when all of it is dead; empty for one span of it, which stays on the log at its offset. */
  readonly payload: Uint8Array;
};

/** The letter as a record of the dead-letter topic: a line of JSON about it, then the whole original record. */
export function deadLetterRecord(letter: DeadLetter, deadSinceMs: number, partitionCount: number): LogRecord {
  const { record, payload: _, ...rest } = letter;
  const about = JSON.stringify({
    ...rest,
    partition: record.partition,
    offset: record.offset,
    kind: record.kind,
    deadSinceMs,
  });
  return {
    partition: record.partition % partitionCount,
    keyId: record.keyId,
    receivedAtMs: record.receivedAtMs,
    kind: 'otlp',
    value: Buffer.concat([Buffer.from(`${about}\n`), record.value]),
  };
}

export function deadLetterInsert(
  letters: readonly DeadLetter[],
  deadSinceMs: number,
): { statement: string; block: Buffer } {
  const columns = deadLetterColumns();
  for (const { record, ...letter } of letters) {
    columns.tenant.push(letter.tenant);
    columns.received_at.pushNumber(record.receivedAtMs);
    columns.dead_since.pushNumber(deadSinceMs);
    columns.topic.push(letter.topic);
    columns.log_partition.push(record.partition);
    columns.log_offset.pushNumber(record.offset);
    columns.trace_id.push(letter.traceId);
    columns.span_id.push(letter.spanId);
    columns.reason.push(letter.reason);
    columns.detail.push(letter.detail);
    columns.ingest_key_id.push(record.keyId);
    columns.payload.pushBytes(letter.payload);
  }
  const list = columnList(columns satisfies BlockColumns);
  const statement = `INSERT INTO spanledger_store.dead_letters (${list}) SETTINGS optimize_on_insert = 0 FORMAT Native`;
  return { statement, block: takeBlock(columns, letters.length) };
}

function deadLetterColumns() {
  return {
    tenant: new DictionaryColumn(),
    received_at: new Uint64Column("DateTime64(3, 'UTC')"),
    dead_since: new Uint64Column("DateTime64(3, 'UTC')"),
    topic: new DictionaryColumn(),
    log_partition: new UintColumn('UInt16', 2),
    log_offset: new Uint64Column('UInt64'),
    trace_id: new StringColumn(),
    span_id: new StringColumn(),
    reason: new DictionaryColumn(),
    detail: new StringColumn(),
    ingest_key_id: new DictionaryColumn(),
    payload: new StringColumn(),
  };
}
