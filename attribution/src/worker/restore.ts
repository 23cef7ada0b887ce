import type { LogConsumer, LogRecord } from '@spanledger/spanlog';
import type { WarehouseReader } from '@spanledger/warehouse';
import type { Logger } from 'pino';
import type { TraceDirectory } from '../trace/trace-directory.ts';
import type { Attributor } from './attributor.ts';
import { tracesWithCalls } from './traces-with-calls.ts';

const MS_A_MINUTE = 60_000;

type KnownTrace = { readonly tenant: string; readonly trace_id: string; readonly first: number; readonly last: number };

/**
 * Reads from the ledger which traces it holds within the look-back, newest first and bounded. When all fit, a trace that
 * is not among them is surely new.
 */
export async function restoreDirectory(
  directory: TraceDirectory,
  reader: WarehouseReader,
  options: { nowMs: number; lookbackDays: number; maxTraces: number },
): Promise<void> {
  const fromSecond = Math.floor(options.nowMs / 1000) - options.lookbackDays * 86_400;
  const rows = await reader.queryRows<KnownTrace>(
    `SELECT tenant, trace_id,
       intDiv(toUnixTimestamp(toStartOfMinute(min(charge_period_start))), 60) AS first,
       intDiv(toUnixTimestamp(toStartOfMinute(max(charge_period_start))), 60) AS last
     FROM spanledger_store.ledger_rows
     WHERE charge_period_start >= toDateTime64({from:UInt32}, 9, 'UTC')
     GROUP BY tenant, trace_id ORDER BY last DESC LIMIT {limit:UInt32}`,
    { from: fromSecond, limit: options.maxTraces },
  );
  for (const { tenant, trace_id, first, last } of rows) {
    directory.add(tenant, trace_id, first);
    directory.add(tenant, trace_id, last);
  }
  directory.complete = rows.length < options.maxTraces;
}

/** How far back the calls lie that are taken up at once; those of earlier minutes follow when a call of their time comes. */
const TWIN_MINUTES = 15;

/**
 * Takes up again the calls of the last minutes, so that twins in other traces are found across a restart, and pairs that
 * were written but not yet told of (a crash in between). Returns the notices to append.
 */
export async function restoreClaims(
  attributor: Attributor,
  reader: WarehouseReader,
  nowMs: number,
): Promise<LogRecord[]> {
  const nowMinute = Math.floor(nowMs / MS_A_MINUTE);
  const minutes = Array.from({ length: TWIN_MINUTES + 2 }, (_, index) => nowMinute - TWIN_MINUTES + index);
  const notices = await attributor.reclaim(await tracesWithCalls(reader, minutes));
  attributor.claimsFromMinute = nowMinute - TWIN_MINUTES;
  return notices;
}

/**
 * Compares the log's committed positions with what the ledger has receipts for. Where the ledger is behind (its files were
 * lost or put back from a copy), reading starts again from there, or from the first record still kept.
 */
export async function rewindToReceipts(
  consumer: LogConsumer,
  reader: WarehouseReader,
  options: { startOf: (partition: number) => number; brokenParts: boolean; logger: Logger },
): Promise<void> {
  const rows = await reader.queryRows<{ log_partition: number; next: string }>(
    `SELECT log_partition, max(next_offset) AS next FROM spanledger_store.receipts WHERE phase = 'after' GROUP BY log_partition`,
  );
  const reached = new Map(rows.map((row) => [row.log_partition, Number(row.next)]));
  for (const partition of consumer.assigned()) {
    const committed = consumer.committed(partition);
    const start = options.startOf(partition);
    const ledgerHas = reached.get(partition) ?? 0;
    const from = options.brokenParts ? start : Math.max(start, Math.min(committed, ledgerHas));
    if (from >= committed) continue;
    options.logger.warn({ partition, committed, ledgerHas, from, start }, 'the ledger is behind the log: replaying');
    if (start > ledgerHas)
      options.logger.error({ partition, from: ledgerHas, to: start }, 'these records are no longer on the log');
    consumer.seek(partition, from);
  }
}
