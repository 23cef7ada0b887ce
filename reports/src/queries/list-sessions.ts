import type { WarehouseReader } from '@spanledger/warehouse';
import { z } from 'zod';
import { COUNT, columnsOf, DECIMAL, MONEY, queryRows, TEXT, UTC_TIME } from './row.ts';

export const SESSION_ROW = z.object({
  tenant: TEXT,
  session_id: TEXT,
  charge_period_start: UTC_TIME,
  charge_period_end: UTC_TIME,
  duration_ms: z.number(),
  team: TEXT,
  project: TEXT,
  user_id: TEXT,
  environment: TEXT,
  agent_names: z.array(TEXT),
  effective_cost: MONEY,
  input_cost: MONEY,
  cache_cost: MONEY,
  output_cost: MONEY,
  tool_cost: MONEY,
  api_cost: MONEY,
  compute_cost: MONEY,
  other_cost: MONEY,
  billing_currency: TEXT,
  input_tokens: DECIMAL,
  cache_read_tokens: DECIMAL,
  cache_write_5m_tokens: DECIMAL,
  cache_write_1h_tokens: DECIMAL,
  cache_write_tokens: DECIMAL,
  output_tokens: DECIMAL,
  reasoning_tokens: DECIMAL,
  model_calls: COUNT,
  tool_calls: COUNT,
  api_calls: COUNT,
  steps: COUNT,
  agents: COUNT,
  traces: COUNT,
  spans: COUNT,
  errors: COUNT,
  unpriced_calls: COUNT,
  no_usage_calls: COUNT,
  suppressed_spans: COUNT,
  outcome: TEXT,
});

export type SessionRow = z.output<typeof SESSION_ROW>;

export type SessionFilter = {
  readonly since: Date;
  readonly team?: string | undefined;
  readonly tenant?: string | undefined;
  readonly limit: number;
};

/** Sessions that were active since, the latest first. */
export function listSessions(
  reader: WarehouseReader,
  { since, team, tenant, limit }: SessionFilter,
): Promise<SessionRow[]> {
  const sql = `SELECT ${columnsOf(SESSION_ROW)} FROM spanledger.session_costs
    WHERE charge_period_end >= {since:DateTime64(3, 'UTC')}
      AND ({team:String} = '' OR team = {team:String}) AND ({tenant:String} = '' OR tenant = {tenant:String})
    ORDER BY charge_period_end DESC, tenant, session_id LIMIT {limit:UInt32}`;
  return queryRows(reader, SESSION_ROW, sql, { since, team: team ?? '', tenant: tenant ?? '', limit });
}

/** The session of each tenant that has one by this name. */
export function findSession(reader: WarehouseReader, sessionId: string, tenant?: string): Promise<SessionRow[]> {
  const sql = `SELECT ${columnsOf(SESSION_ROW)} FROM spanledger.session_costs
    WHERE session_id = {sessionId:String} AND ({tenant:String} = '' OR tenant = {tenant:String}) ORDER BY tenant`;
  return queryRows(reader, SESSION_ROW, sql, { sessionId, tenant: tenant ?? '' });
}
