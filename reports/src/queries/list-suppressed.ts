import type { WarehouseReader } from '@spanledger/warehouse';
import { z } from 'zod';
import { columnsOf, DECIMAL, queryRows, TEXT, UTC_TIME } from './row.ts';

export const SUPPRESSED_ROW = z.object({
  tenant: TEXT,
  charge_period_start: UTC_TIME,
  trace_id: TEXT,
  span_id: TEXT,
  name: TEXT,
  scope_name: TEXT,
  session_id: TEXT,
  team: TEXT,
  provider: TEXT,
  model: TEXT,
  reason: TEXT,
  rule: TEXT,
  kept_trace_id: TEXT,
  kept_span_id: TEXT,
  meters: z.array(TEXT),
  quantities: z.array(DECIMAL),
});

export type SuppressedRow = z.output<typeof SUPPRESSED_ROW>;

export type SuppressedFilter = {
  readonly since: Date;
  readonly sessionId?: string | undefined;
  readonly tenant?: string | undefined;
  readonly limit: number;
};

/** Spans whose usage is charged elsewhere, the latest first. */
export function listSuppressed(reader: WarehouseReader, filter: SuppressedFilter): Promise<SuppressedRow[]> {
  const { since, sessionId = '', tenant = '', limit } = filter;
  const sql = `SELECT ${columnsOf(SUPPRESSED_ROW)} FROM spanledger.suppressed_calls
    WHERE charge_period_start >= {since:DateTime64(3, 'UTC')}
      AND ({sessionId:String} = '' OR session_id = {sessionId:String}) AND ({tenant:String} = '' OR tenant = {tenant:String})
    ORDER BY charge_period_start DESC, trace_id, span_id LIMIT {limit:UInt32}`;
  return queryRows(reader, SUPPRESSED_ROW, sql, { since, sessionId, tenant, limit });
}
