import type { WarehouseReader } from '@spanledger/warehouse';
import { z } from 'zod';
import { COUNT, columnsOf, MONEY, queryRows, TEXT, UTC_TIME } from './row.ts';

export const TOOL_CALL_ROW = z.object({
  tenant: TEXT,
  session_id: TEXT,
  charge_period_start: UTC_TIME,
  charge_period_end: UTC_TIME,
  duration_ms: z.number(),
  trace_id: TEXT,
  span_id: TEXT,
  parent_tool_call_span_id: TEXT,
  tool_name: TEXT,
  tool_call_id: TEXT,
  agent_name: TEXT,
  project: TEXT,
  team: TEXT,
  own_cost: MONEY,
  total_cost: MONEY,
  total_tokens: COUNT,
  model_calls: COUNT,
  tool_calls: COUNT,
  status: TEXT,
  status_message: TEXT,
  billing_currency: TEXT,
});

export type ToolCallRow = z.output<typeof TOOL_CALL_ROW>;

export type ToolCallFilter = {
  readonly since: Date;
  readonly sessionId?: string | undefined;
  readonly tenant?: string | undefined;
  readonly limit: number;
};

/** Tool calls that began since, the dearest first. */
export function listToolCalls(reader: WarehouseReader, filter: ToolCallFilter): Promise<ToolCallRow[]> {
  const { since, sessionId = '', tenant = '', limit } = filter;
  const sql = `SELECT ${columnsOf(TOOL_CALL_ROW)} FROM spanledger.tool_call_costs
    WHERE charge_period_start >= {since:DateTime64(3, 'UTC')}
      AND ({sessionId:String} = '' OR session_id = {sessionId:String}) AND ({tenant:String} = '' OR tenant = {tenant:String})
    ORDER BY total_cost DESC, charge_period_start, trace_id, span_id LIMIT {limit:UInt32}`;
  return queryRows(reader, TOOL_CALL_ROW, sql, { since, sessionId, tenant, limit });
}
