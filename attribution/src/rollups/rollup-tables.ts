import { METERS, type Meter, type MeterCategory } from '@spanledger/schemas';

/** One rollup: its table, and the query that computes its rows of some hours from the ledger. */
export type RollupTable = { readonly table: string; readonly select: string };

/** The hours to compute, as bound parameter; `charge_period_start` bounds let the ledger's key prune. */
const FROM_LEDGER = `FROM spanledger_store.ledger FINAL
  WHERE charge_period_start >= toDateTime64({from:UInt32}, 9, 'UTC') AND charge_period_start < toDateTime64({to:UInt32}, 9, 'UTC')
    AND toStartOfHour(charge_period_start) IN (SELECT arrayJoin({hours:Array(DateTime)}))`;

const TEAM_HOURS = `SELECT toDateTime(toStartOfHour(start), 'UTC') AS hour, tenant, team, project, agent_name, environment, provider, model, meter,
    sum(quantity) AS consumed_quantity, sum(cost) AS list_cost, count() AS calls,
    countIf(state LIKE 'unpriced%') AS unpriced_calls, sumIf(cost, state LIKE 'assumed%') AS assumed_cost
  FROM (SELECT charge_period_start AS start, tenant, team, project, agent_name, environment, provider,
          if(response_model = '', request_model, response_model) AS model,
          ledger.meter AS meters, ledger.consumed_quantity AS quantities, ledger.list_cost AS costs, price_state AS states ${FROM_LEDGER})
  ARRAY JOIN meters AS meter, quantities AS quantity, costs AS cost, states AS state
  GROUP BY hour, tenant, team, project, agent_name, environment, provider, model, meter`;

const CATEGORIES: readonly MeterCategory[] = ['input', 'cache', 'output', 'tool', 'api', 'compute', 'other'];

/** Money of a session by what it pays for: every meter stands in one of these columns. */
const COST_COLUMNS = CATEGORIES.map((category) => {
  const meters = Object.entries(METERS).filter(([, meter]) => meter.category === category);
  return [`${category}_cost`, meters.map(([name]) => name)] as const;
});

const TOKEN_COLUMNS = (
  ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'cache_write', 'output', 'reasoning'] satisfies Meter[]
).map((meter) => [`${meter}_tokens`, meter] as const);

/** A sum over meters out of a `sumMap`; a meter that is not in it counts 0. */
function sumOf(map: string, meters: readonly string[]): string {
  return meters.map((meter) => `${map}.2[indexOf(${map}.1, '${meter}')]`).join(' + ');
}

const SESSION_HOURS = `SELECT toDateTime(toStartOfHour(charge_period_start), 'UTC') AS hour, tenant, session_id,
    min(charge_period_start) AS first_start, max(charge_period_end) AS last_end,
    argMin(ledger.team, (charge_period_start, trace_id, span_id)) AS team, argMin(ledger.project, (charge_period_start, trace_id, span_id)) AS project,
    argMin(ledger.user_id, (charge_period_start, trace_id, span_id)) AS user_id, argMin(ledger.environment, (charge_period_start, trace_id, span_id)) AS environment,
    arraySort(groupUniqArrayIf(50)(agent_name, agent_name != '')) AS agent_names, toUInt32(countIf(parent_span_id = '')) AS trace_count,
    sumMap(meter, consumed_quantity) AS quantity_by_meter, sumMap(meter, ledger.list_cost) AS cost_by_meter,
    ${COST_COLUMNS.map(([column, meters]) => `${sumOf('cost_by_meter', meters)} AS ${column}`).join(', ')},
    ${TOKEN_COLUMNS.map(([column, meter]) => `${sumOf('quantity_by_meter', [meter])} AS ${column}`).join(', ')},
    sum(own_cost) AS list_cost,
    countIf(notEmpty(meter) AND role IN ('model_request', 'agent')) AS model_calls, countIf(role = 'tool_call') AS tool_calls, countIf(role = 'api_call') AS api_calls,
    countIf(role = 'step') AS steps, countIf(role = 'agent') AS agents, count() AS spans, countIf(status_code = 'error') AS errors,
    countIf(arrayExists(s -> s LIKE 'unpriced%', price_state)) AS unpriced_calls,
    countIf(arrayExists(s -> s LIKE 'no_usage%', price_state)) AS no_usage_calls,
    countIf(suppressed_reason != '') AS suppressed_spans,
    max((toUInt8(role = 'agent' OR parent_span_id = ''), charge_period_end, toUInt8(status_code = 'error'))) AS last_root,
    last_root.1 AS outcome_root, last_root.2 AS outcome_end, last_root.3 AS outcome_error
  ${FROM_LEDGER} GROUP BY hour, tenant, session_id`;

const TOOL_CALLS = `SELECT toDateTime(toStartOfHour(charge_period_start), 'UTC') AS hour, tenant, session_id, trace_id, span_id,
    if(length(tool_call_path) > 1, tool_call_path[-2], '') AS parent_tool_call_span_id, tool_name, tool_call_id, agent_name, user_id, project, team, environment,
    charge_period_start, charge_period_end, own_cost, total_cost, total_tokens, total_model_calls, total_tool_calls,
    status_code AS status, status_message
  ${FROM_LEDGER} AND role = 'tool_call'`;

/** `SELECT` lists name helper columns too, so the insert names its own. */
export const ROLLUP_TABLES: readonly (RollupTable & { readonly columns: string })[] = [
  {
    table: 'team_hours',
    columns:
      'hour, tenant, team, project, agent_name, environment, provider, model, meter, consumed_quantity, list_cost, calls, unpriced_calls, assumed_cost',
    select: TEAM_HOURS,
  },
  {
    table: 'session_hours',
    columns: `hour, tenant, session_id, first_start, last_end, team, project, user_id, environment, agent_names, trace_count,
      ${[...COST_COLUMNS, ...TOKEN_COLUMNS].map(([column]) => column).join(', ')}, list_cost, model_calls, tool_calls, api_calls, steps, agents, spans, errors, unpriced_calls, no_usage_calls, suppressed_spans, outcome_root, outcome_end, outcome_error`,
    select: SESSION_HOURS,
  },
  {
    table: 'tool_calls',
    columns:
      'hour, tenant, session_id, trace_id, span_id, parent_tool_call_span_id, tool_name, tool_call_id, agent_name, user_id, project, team, environment, charge_period_start, charge_period_end, own_cost, total_cost, total_tokens, total_model_calls, total_tool_calls, status, status_message',
    select: TOOL_CALLS,
  },
];
