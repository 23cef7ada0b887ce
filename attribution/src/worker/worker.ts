import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '@spanledger/schemas';
import type { LogConsumer, LogRecord, PartitionBatch, SpanLog } from '@spanledger/spanlog';
import type { Attributor, Changes } from './attributor.ts';
import type { Bury } from './bury.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { LedgerWriter, PendingRow, RefusedRow } from './ledger-writer.ts';
import { mayPass, patiently } from './patiently.ts';
import type { Receipt, Receipts } from './receipts.ts';
import type { AttributionStats } from './stats.ts';

export type WorkerOptions = {
  readonly log: SpanLog;
  readonly consumer: LogConsumer;
  readonly attributor: Attributor;
  readonly writer: LedgerWriter;
  readonly receipts: Receipts;
  readonly batchBytes: number;
  readonly clock: () => number;
  readonly bury: Bury;
  readonly stats: AttributionStats;
  /** Called when rows were written, so that rollups follow. */
  readonly onWritten: () => void;
  /** Called each time when the log has been read to its end. */
  readonly onCaughtUp: () => void;
};

export type Worker = {
  /** Runs until stopped; rejects when it cannot go on. */
  run(signal: AbortSignal): Promise<void>;
};

/** Batches under load are this far apart, so that inserts are few and large; a lone span does not wait. */
const BATCH_INTERVAL_MS = 250;
const POLL_WAIT_MS = 250;
/** What a stop waits for large traces to be written; what is not is read from the log again. */
const FINISH_MS = 10_000;
const MS_AN_HOUR = 3_600_000;
const NS_A_MS = 1_000_000n;

/**
 * The loop of attribution: read a batch, attribute it, write receipts, rows and notices, then commit. One batch at a time;
 * until its offsets are committed everything about it can be done again with the same result.
 */
export function createWorker(options: WorkerOptions): Worker {
  const { log, consumer, attributor, writer, receipts, bury, clock, stats } = options;
  const spans = log.topic(TOPICS.spans);

  async function run(signal: AbortSignal): Promise<void> {
    let lastStart = 0;
    while (!signal.aborted) {
      await waitForBatch(lastStart, signal);
      const maxWaitMs = attributor.hasDeferred ? POLL_WAIT_MS : POLL_WAIT_MS * 4;
      const batches = await consumer.poll({ maxBytes: options.batchBytes, maxWaitMs, signal });
      lastStart = clock();
      if (batches.length > 0) await process(batches, signal);
      else if (attributor.hasDeferred) await finishDeferred(false, signal);
      else if (!signal.aborted) options.onCaughtUp();
      await sendNotices();
      noteLag();
    }
    if (attributor.hasDeferred) await finishDeferred(true, AbortSignal.timeout(FINISH_MS));
  }

  async function waitForBatch(lastStart: number, signal: AbortSignal): Promise<void> {
    const waitMs = lastStart + BATCH_INTERVAL_MS - clock();
    if (waitMs <= 0 || consumer.lag().bytes >= options.batchBytes) return;
    await pause(Math.min(waitMs, BATCH_INTERVAL_MS), undefined, { signal }).catch(() => undefined);
  }

  async function process(batches: readonly PartitionBatch[], signal: AbortSignal): Promise<void> {
    const changes = await attributor.attribute(batches);
    await store(changes, batches, signal);
    stats.batches += 1;
  }

  async function finishDeferred(all: boolean, signal: AbortSignal): Promise<void> {
    await store(await attributor.resolveDeferred(all), [], signal);
  }

  async function store(changes: Changes, batches: readonly PartitionBatch[], signal: AbortSignal): Promise<void> {
    const { rows, deletions, notices, dead } = changes;
    if (rows.length + deletions.length > 0) {
      const marks = receiptsOf(changes, batches);
      await patiently(() => receipts.write('before', marks), signal);
      const refused = await writer.write(rows, deletions, signal);
      dead.push(...refused.map((row) => refusedLetter(row)));
      await patiently(() => receipts.write('after', marks), signal);
      countRows(rows, stats);
      options.onWritten();
    } else if (batches.length > 0) {
      // Nothing to write, and yet the ledger has all that these records say: the check at start must know.
      await patiently(() => receipts.write('after', receiptsOf(changes, batches)), signal);
    }
    attributor.written(rows);
    await bury(dead, signal);
    unsent.push(...notices);
    await sendNotices();
    const next = positions(batches);
    await patiently(() => consumer.commit(next), signal);
  }

  /** Notices that the log could not take: it may be full of what this worker has not committed yet, so it must go on. */
  const unsent: LogRecord[] = [];

  async function sendNotices(): Promise<void> {
    if (unsent.length === 0) return;
    try {
      await spans.append(unsent);
      unsent.length = 0;
    } catch (error) {
      if (!mayPass(error)) throw error;
    }
  }

  const reached = new Map<number, number>();

  function positions(batches: readonly PartitionBatch[]): Map<number, number> {
    for (const { partition, records } of batches) {
      const last = records.at(-1);
      if (last !== undefined) reached.set(partition, last.offset + 1);
    }
    return new Map([...reached].map(([partition, next]) => [partition, attributor.committable(partition, next)]));
  }

  function noteLag(): void {
    const lag = consumer.lag();
    stats.lagRecords = lag.records;
    stats.lagBytes = lag.bytes;
    stats.oldestReceivedAtMs = lag.oldestReceivedAtMs;
    stats.cachedSpans = attributor.cache.spanCount;
    stats.knownTraces = attributor.directory.size;
    stats.claims = attributor.claims.size;
  }

  return { run };
}

function refusedLetter({ row, detail }: RefusedRow): DeadLetter {
  const { origin, span } = row.node;
  return {
    tenant: row.tenant,
    topic: TOPICS.spans,
    record: { ...origin, kind: 'otlp', value: new Uint8Array(0) },
    traceId: span.identity.traceId,
    spanId: span.identity.spanId,
    reason: 'refused_by_warehouse',
    detail,
    payload: new Uint8Array(0),
  };
}

function receiptsOf({ rows, deletions }: Changes, batches: readonly PartitionBatch[]): Receipt[] {
  const hours = new Set<number>();
  for (const { node } of rows) hours.add(Math.floor(node.startMinute / 60));
  for (const { startNs } of deletions) hours.add(hourOf(startNs));
  const marks: Receipt[] = batches.map(({ partition, records }, index) => ({
    partition,
    firstOffset: records[0]?.offset ?? 0,
    nextOffset: (records.at(-1)?.offset ?? -1) + 1,
    rowCount: index === 0 ? rows.length : 0,
    hours: index === 0 ? [...hours] : [],
  }));
  if (marks.length > 0) return marks;
  return [{ partition: 0, firstOffset: 0, nextOffset: 0, rowCount: rows.length, hours: [...hours] }];
}

function hourOf(startNs: bigint): number {
  return Math.floor(Number(startNs / NS_A_MS) / MS_AN_HOUR);
}

function countRows(rows: readonly PendingRow[], stats: AttributionStats): void {
  stats.rowsWritten += rows.length;
  for (const { node } of rows) {
    const { resolved } = node;
    if (node.written !== undefined || resolved === undefined) continue;
    if (resolved.suppression !== undefined) stats.suppressed += 1;
    const lines = resolved.rated?.lines ?? [];
    stats.chargesWritten += lines.length;
    if (lines.some((line) => line.price.status === 'unpriced')) stats.unpriced += 1;
    if (lines.some((line) => line.price.status === 'no_usage')) stats.noUsage += 1;
  }
}
