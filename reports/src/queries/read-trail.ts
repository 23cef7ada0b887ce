import type { WarehouseReader } from '@spanledger/warehouse';
import { z } from 'zod';
import { reportError } from '../errors.ts';
import { columnsOf, DECIMAL, MONEY, queryRows, TEXT, UTC_TIME } from './row.ts';

export const TRAIL_ENTRY_ROW = z.object({
  tenant: TEXT,
  session_id: TEXT,
  charge_period_start: UTC_TIME,
  charge_period_end: UTC_TIME,
  trace_id: TEXT,
  span_id: TEXT,
  parent_span_id: TEXT,
  name: TEXT,
  entry: TEXT.meta({ description: 'charge, or suppressed: shown in place, not charged' }),
  step_span_id: TEXT,
  tool_call_span_id: TEXT,
  tool_name: TEXT,
  agent_name: TEXT,
  team: TEXT,
  provider: TEXT,
  model: TEXT,
  meter: TEXT,
  consumed_quantity: DECIMAL,
  pricing_unit: TEXT,
  list_unit_price: MONEY,
  contracted_unit_price: MONEY,
  pricing_currency: TEXT,
  exchange_rate: DECIMAL,
  price_id: TEXT,
  price_status: TEXT,
  price_status_reason: TEXT,
  effective_cost: MONEY,
  running_cost: MONEY,
  billing_currency: TEXT,
  kept_trace_id: TEXT,
  kept_span_id: TEXT,
  dialect_rule: TEXT,
});

/** One line of one call, in the order of time, with the session's cost so far. */
export type TrailEntry = z.output<typeof TRAIL_ENTRY_ROW>;

const TRAIL_SPAN_ROW = z.object({
  charge_period_start: UTC_TIME,
  duration_ms: z.number(),
  trace_id: TEXT,
  span_id: TEXT,
  parent_span_id: TEXT,
  name: TEXT,
  kind: TEXT,
  status: TEXT,
  status_message: TEXT,
  tool_name: TEXT,
  agent_name: TEXT,
  provider: TEXT,
  request_model: TEXT,
  response_model: TEXT,
  server_address: TEXT,
  suppressed_reason: TEXT,
});

export type TrailSpan = z.output<typeof TRAIL_SPAN_ROW>;

export type TrailFilter = { readonly sessionId: string; readonly tenant: string; readonly limit?: number };

/** Bounds the memory of building one tree; what is longer is for SQL. */
const MAX_TRAIL_ROWS = 100_000;

/** The session's entries in the order of time, at most `limit`. */
export function readTrailEntries(reader: WarehouseReader, filter: TrailFilter): Promise<TrailEntry[]> {
  const sql = `SELECT ${columnsOf(TRAIL_ENTRY_ROW)} FROM spanledger.token_audit_trail
    WHERE session_id = {sessionId:String} AND tenant = {tenant:String}
    ORDER BY charge_period_start, trace_id, span_id, meter LIMIT {limit:UInt32}`;
  return queryRows(reader, TRAIL_ENTRY_ROW, sql, { limit: MAX_TRAIL_ROWS + 1, ...filter });
}

/** All spans and entries of a session. Throws SPL_REPORT_TOO_LARGE rather than show a part as the whole. */
export async function readTrail(
  reader: WarehouseReader,
  filter: { readonly sessionId: string; readonly tenant: string },
): Promise<{ readonly spans: TrailSpan[]; readonly entries: TrailEntry[] }> {
  const sql = `SELECT ${columnsOf(TRAIL_SPAN_ROW)} FROM spanledger.spans
    WHERE session_id = {sessionId:String} AND tenant = {tenant:String}
    ORDER BY charge_period_start, trace_id, span_id LIMIT {limit:UInt32}`;
  const [spans, entries] = await Promise.all([
    queryRows(reader, TRAIL_SPAN_ROW, sql, { ...filter, limit: MAX_TRAIL_ROWS + 1 }),
    readTrailEntries(reader, filter),
  ]);
  if (spans.length <= MAX_TRAIL_ROWS && entries.length <= MAX_TRAIL_ROWS) return { spans, entries };
  throw reportError(
    'SPL_REPORT_TOO_LARGE',
    `Session ${filter.sessionId} has more than ${MAX_TRAIL_ROWS} spans or lines. Query spanledger.token_audit_trail for the part you need.`,
  );
}
