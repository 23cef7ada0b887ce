import type { Warehouse } from '@spanledger/warehouse';

const CHARGES_PER_TRACE = 20;
const TRACES_PER_INSERT = 50_000;

/**
 * Fills the ledger with about so many charges of the last 24 hours, in the proportions of the generated load: 8 spans,
 * 4 calls, 5 meters a trace, 5 traces a session.
 */
export async function prefillLedger(warehouse: Warehouse, charges: number): Promise<void> {
  const traces = Math.ceil(charges / CHARGES_PER_TRACE);
  const fromMs = Date.now() - 86_400_000;
  for (let first = 0; first < traces; first += TRACES_PER_INSERT) {
    const count = Math.min(TRACES_PER_INSERT, traces - first);
    const spacingUs = Math.floor(86_000_000_000 / traces);
    await warehouse.command(FILL, { first, count: count * 8, fromMs, spacingUs });
  }
}

const FILL = `INSERT INTO spanledger_store.ledger
  (tenant, trace_id, span_id, charge_period_start, charge_period_end, parent_span_id, name, role, otlp_kind, status_code,
   scope_name, scope_version, size_bytes, session_id, tool_call_span_id, tool_call_path, tool_name, agent_name, user_id,
   project, team, environment, service_name, dialect, dialect_rule, provider, request_model, response_model, priced_model,
   operation, response_id, meter, consumed_quantity, list_cost, price, price_state, own_cost, total_cost, total_tokens,
   total_model_calls, facts, received_at, price_book_version, rules_version, revision, log_partition, log_offset)
WITH {first:UInt32} + intDiv(number, 8) AS t, number % 8 AS k, lower(hex(reinterpretAsFixedString(sipHash128(t)))) AS tid,
  concat(substring(tid, 1, 12), leftPad(lower(hex(k + 1)), 4, '0')) AS sid, k IN (1, 3, 5, 7) AS is_call,
  fromUnixTimestamp64Nano(({fromMs:Int64} * 1000 + t * {spacingUs:Int64} + k * 150000) * 1000, 'UTC') AS start,
  CAST(if(is_call, [1200, 5000, 300, 100, 400], []), 'Array(Decimal(38, 9))') AS quantities,
  CAST(if(is_call, [0.0036, 0.0015, 0.001125, 0.0006, 0.006], []), 'Array(Decimal(38, 12))') AS costs
SELECT 'default', tid, sid, start, start + INTERVAL 140 MILLISECOND, if(k = 0, '', concat(substring(tid, 1, 12), '0001')),
  ['invoke_agent researcher', 'anthropic.messages.create', 'execute_tool search', 'anthropic.messages.create', 'step 2', 'anthropic.messages.create', 'execute_tool search', 'anthropic.messages.create'][k + 1],
  ['agent', 'model_request', 'tool_call', 'model_request', 'step', 'model_request', 'tool_call', 'model_request'][k + 1], 3, 'ok',
  'com.anthropic.sdk.typescript', '1.12.0', 700, concat('earlier-', toString(intDiv(t, 5))),
  if(k IN (2, 6), sid, ''), if(k IN (2, 6), [sid], []), if(k IN (2, 6), 'search', ''), concat('agent-', toString(t % 40)), concat('user-', toString(t % 1000)),
  concat('project-', toString(t % 60)), concat('team-', toString(t % 20)), 'production', 'bench-agent', 'anthropic-sdk@1', 'anthropic-sdk.messages',
  if(is_call, 'anthropic', ''), if(is_call, 'claude-sonnet-4-5', ''), if(is_call, 'claude-sonnet-4-5-20250929', ''), if(is_call, 'claude-sonnet-4-5', ''),
  if(is_call, 'chat', ''), if(is_call, concat('msg_', tid, toString(k)), ''),
  if(is_call, ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output'], []), quantities, costs,
  if(is_call, arrayMap(m -> concat('anthropic/claude-sonnet-4-5/', m, '\\t1M tokens\\t1000000\\t3'), ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output']), []),
  if(is_call, ['priced', 'priced', 'priced', 'priced', 'priced'], []), arraySum(costs), arraySum(costs), if(is_call, 7000, 0), is_call,
  '{"r":20,"p":"earlier"}', now64(3), 'earlier', 1, number, t % 4, number
FROM numbers({count:UInt32}) SETTINGS optimize_on_insert = 0`;
