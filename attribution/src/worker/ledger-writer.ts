import { SpanledgerError } from '@spanledger/schemas';
import type { Warehouse } from '@spanledger/warehouse';
import { LedgerBlock } from '../ledger/ledger-block.ts';
import type { SpanNode } from '../trace/trace.ts';
import { type DeadLetter, deadLetterInsert } from './dead-letter.ts';

/** A span whose row is to be written, in the state that it has now. */
export type PendingRow = { readonly tenant: string; readonly node: SpanNode; readonly revision: bigint };

/** The row of an identity that a span no longer has: it was sent again with another start. */
export type PendingDeletion = PendingRow & { readonly startNs: bigint };

export type RefusedRow = { readonly row: PendingRow; readonly detail: string };

export type LedgerWriter = {
  /** Writes all rows durably; waits as long as ClickHouse cannot take them. Returns the rows that it refuses for good. */
  write(rows: readonly PendingRow[], deletions: readonly PendingDeletion[], signal: AbortSignal): Promise<RefusedRow[]>;
  writeDeadLetters(letters: readonly DeadLetter[], nowMs: number, signal: AbortSignal): Promise<void>;
};

/** ClickHouse refuses an insert into more than 100 partitions (days), on every retry. */
const MAX_DAYS_PER_INSERT = 50;
const MAX_ROWS_PER_INSERT = 50_000;
const MINUTES_A_DAY = 1440;
const NS_A_MINUTE = 60_000_000_000n;

export function createLedgerWriter(warehouse: Warehouse): LedgerWriter {
  const block = new LedgerBlock();

  async function insertRows(rows: readonly PendingRow[], signal: AbortSignal): Promise<RefusedRow[]> {
    for (const { tenant, node, revision } of rows) {
      if (node.resolved !== undefined) block.push(tenant, node, node.resolved, revision);
    }
    try {
      await insert(warehouse, block.insert, block.take(), signal);
      return [];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const [only] = rows;
      if (rows.length === 1 && only !== undefined) return [{ row: only, detail: error.message }];
      const middle = rows.length >> 1;
      return [...(await insertRows(rows.slice(0, middle), signal)), ...(await insertRows(rows.slice(middle), signal))];
    }
  }

  async function write(
    rows: readonly PendingRow[],
    deletions: readonly PendingDeletion[],
    signal: AbortSignal,
  ): Promise<RefusedRow[]> {
    const refused: RefusedRow[] = [];
    for (const part of fewDays(rows, ({ node }) => node.startMinute)) refused.push(...(await insertRows(part, signal)));
    // A span that moved away and back again within one batch has its row where the deletion would strike.
    const gone = deletions.filter(({ node, startNs }) => minuteAt(startNs) !== node.startMinute);
    for (const part of fewDays(gone, ({ startNs }) => minuteAt(startNs))) {
      for (const { tenant, node, startNs, revision } of part) block.pushDeletion(tenant, node, startNs, revision);
      await insert(warehouse, block.insert, block.take(), signal);
    }
    return refused;
  }

  return {
    write,
    writeDeadLetters: async (letters, nowMs, signal) => {
      const { statement, block: bytes } = deadLetterInsert(letters, nowMs);
      await insert(warehouse, statement, bytes, signal);
    },
  };
}

/** Rows in inserts of few partitions each and bounded size; almost always one. */
function fewDays<Row>(rows: readonly Row[], minuteOf: (row: Row) => number): Row[][] {
  const byDay = new Map<number, Row[]>();
  for (const row of rows) {
    const day = Math.floor(minuteOf(row) / MINUTES_A_DAY);
    const known = byDay.get(day);
    if (known === undefined) byDay.set(day, [row]);
    else known.push(row);
  }
  const parts: Row[][] = [];
  let part: Row[] = [];
  let days = 0;
  for (const ofDay of byDay.values()) {
    for (let at = 0; at < ofDay.length; at += MAX_ROWS_PER_INSERT) {
      if (part.length + ofDay.length > MAX_ROWS_PER_INSERT || days >= MAX_DAYS_PER_INSERT) {
        if (part.length > 0) parts.push(part);
        part = [];
        days = 0;
      }
      part.push(...ofDay.slice(at, at + MAX_ROWS_PER_INSERT));
    }
    days += 1;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

function minuteAt(startNs: bigint): number {
  return Number(startNs / NS_A_MINUTE);
}

/** The log holds what is not written, so there is no reason to give up; the pause grows to what the client waits anyway. */
async function insert(warehouse: Warehouse, statement: string, bytes: Buffer, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await warehouse.insertBytes(statement, bytes, { signal });
      return;
    } catch (error) {
      if (signal.aborted || !(error instanceof SpanledgerError) || !error.retryable) throw error;
    }
  }
}

function isRefusal(error: unknown): error is SpanledgerError {
  return error instanceof SpanledgerError && error.code === 'SPL_WAREHOUSE_REFUSED';
}
