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

const FILL = `INSERT INTO spanledger_store.ledger_rows
  (tenant, trace_id, span_id, charge_period_start, charge_period_end, parent_span_id, name, role, otlp_kind, status_code,
   size_bytes, session_id, tool_call_span_id, tool_call_path, tool_name, user_id, owner, emitter, call, response_id,
   lines, quantities, list_costs, own_cost, total_cost, total_list_cost, total_tokens, total_model_calls,
   facts, received_at, revision, log_partition, log_offset)
WITH {first:UInt32} + intDiv(number, 8) AS t, number % 8 AS k, lower(hex(reinterpretAsFixedString(sipHash128(t)))) AS tid,
  concat(substring(tid, 1, 12), leftPad(lower(hex(k + 1)), 4, '0')) AS sid, k IN (1, 3, 5, 7) AS is_call,
  fromUnixTimestamp64Nano(({fromMs:Int64} * 1000 + t * {spacingUs:Int64} + k * 150000) * 1000, 'UTC') AS start,
  CAST(if(is_call, [1200, 5000, 300, 100, 400], []), 'Array(Decimal(38, 9))') AS used,
  CAST(if(is_call, [0.0036, 0.0015, 0.001125, 0.0006, 0.006], []), 'Array(Decimal(38, 12))') AS costs
SELECT 'default', tid, sid, start, start + INTERVAL 140 MILLISECOND, if(k = 0, '', concat(substring(tid, 1, 12), '0001')),
  ['invoke_agent researcher', 'anthropic.messages.create', 'execute_tool search', 'anthropic.messages.create', 'step 2', 'anthropic.messages.create', 'execute_tool search', 'anthropic.messages.create'][k + 1],
  ['agent', 'model_request', 'tool_call', 'model_request', 'step', 'model_request', 'tool_call', 'model_request'][k + 1], 3, 'ok',
  700, concat('earlier-', toString(intDiv(t, 5))),
  if(k IN (2, 6), sid, ''), if(k IN (2, 6), [sid], []), if(k IN (2, 6), 'search', ''), concat('user-', toString(t % 1000)),
  concat('team-', toString(t % 20), '\\x1Fproject-', toString(t % 60), '\\x1Fagent-', toString(t % 40), '\\x1Fproduction\\x1Fbench-agent'),
  'com.anthropic.sdk.typescript\\x1F1.12.0\\x1Fanthropic-sdk@1\\x1Fanthropic-sdk.messages\\x1F',
  if(is_call, 'anthropic\\x1Fclaude-sonnet-4-5\\x1Fclaude-sonnet-4-5-20250929\\x1Fclaude-sonnet-4-5\\x1Fchat\\x1F\\x1F\\x1F\\x1Fgen_ai.usage.*\\x1Fearlier\\x1F1', ''),
  if(is_call, concat('msg_', tid, toString(k)), ''),
  if(is_call, arrayMap(m -> concat(m, '\\x1Fpriced\\x1Fanthropic/claude-sonnet-4-5/', m, '\\x1F1M tokens\\x1F1000000\\x1F3'), ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output']), []),
  used, costs, arraySum(costs), arraySum(costs), arraySum(costs), if(is_call, 7000, 0), is_call,
  '{"r":20,"p":"earlier"}', now64(3), 1, t % 4, number
FROM numbers({count:UInt32}) SETTINGS optimize_on_insert = 0`;
