import { METERS, type Meter, type MeterCategory } from '@spanledger/schemas';

/** One rollup: its table, and the query that computes its rows of some hours from the ledger. */
export type RollupTable = { readonly table: string; readonly select: string };

/** The hours to compute, as bound parameter; `charge_period_start` bounds let the ledger's key prune. */
const FROM_LEDGER = `FROM spanledger_store.ledger_rows FINAL
  WHERE charge_period_start >= toDateTime64({from:UInt32}, 9, 'UTC') AND charge_period_start < toDateTime64({to:UInt32}, 9, 'UTC')
    AND toStartOfHour(charge_period_start) IN (SELECT arrayJoin({hours:Array(DateTime)}))`;

/** One field of a word of the ledger (schemas/clickhouse/0004_packed_ledger.sql). */
function fieldOf(word: string, index: number): string {
  return `extract(${word}, '^(?:[^\\\\x1F]*\\\\x1F){${index}}([^\\\\x1F]*)')`;
}

const TEAM = fieldOf('owner', 0);
const PROJECT = fieldOf('owner', 1);
const AGENT = fieldOf('owner', 2);
const ENVIRONMENT = fieldOf('owner', 3);
const PROVIDER = fieldOf('call', 0);
const REQUEST_MODEL = fieldOf('call', 1);
const RESPONSE_MODEL = fieldOf('call', 2);
const METER = fieldOf('entry', 0);
const STATUS = fieldOf('entry', 1);

/** Summed by whole words first, of which there are few, and only then by what they are made of. */
const TEAM_HOURS = `SELECT hour, tenant, ${TEAM} AS team, ${PROJECT} AS project, ${AGENT} AS agent_name, ${ENVIRONMENT} AS environment,
    ${PROVIDER} AS provider, if(${RESPONSE_MODEL} = '', ${REQUEST_MODEL}, ${RESPONSE_MODEL}) AS model, ${METER} AS meter,
    sum(quantity) AS consumed_quantity, sum(at_list) AS list_cost, sum(cost) AS contracted_cost, sum(entries) AS calls,
    sumIf(entries, ${STATUS} = 'unpriced') AS unpriced_calls, sumIf(cost, ${STATUS} = 'assumed') AS assumed_cost
  FROM (SELECT toDateTime(toStartOfHour(charge_period_start), 'UTC') AS hour, tenant, owner, call, entry,
      sum(line_quantity) AS quantity, sum(list_cost) AS at_list, sum(line_cost) AS cost, count() AS entries
    FROM (SELECT charge_period_start, tenant, owner, call, lines, quantities, list_costs,
        if(empty(contracted_costs), list_costs, contracted_costs) AS costs ${FROM_LEDGER})
    ARRAY JOIN lines AS entry, quantities AS line_quantity, list_costs AS list_cost, costs AS line_cost
    GROUP BY hour, tenant, owner, call, entry)
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

/** A sum over meters out of the `sumMap`, of quantities (2) or costs (3); a meter that is not in it counts 0. */
function sumOf(part: 2 | 3, meters: readonly string[]): string {
  return meters.map((meter) => `by_meter.${part}[indexOf(by_meter.1, '${meter}')]`).join(' + ');
}

const SESSION_HOURS = `SELECT toDateTime(toStartOfHour(charge_period_start), 'UTC') AS hour, tenant, session_id,
    min(charge_period_start) AS first_start, max(charge_period_end) AS last_end,
    argMin((owner, ledger_rows.user_id), (charge_period_start, trace_id, span_id)) AS first_owner,
    ${fieldOf('first_owner.1', 0)} AS team, ${fieldOf('first_owner.1', 1)} AS project,
    ${fieldOf('first_owner.1', 3)} AS environment, first_owner.2 AS user_id,
    arraySort(groupUniqArrayIf(50)(${AGENT} AS agent_name, agent_name != '')) AS agent_names, toUInt32(countIf(parent_span_id = '')) AS trace_count,
    sumMap(arrayMap(entry -> ${METER}, lines), quantities, if(empty(contracted_costs), list_costs, contracted_costs)) AS by_meter,
    ${COST_COLUMNS.map(([column, meters]) => `${sumOf(3, meters)} AS ${column}`).join(', ')},
    ${TOKEN_COLUMNS.map(([column, meter]) => `${sumOf(2, [meter])} AS ${column}`).join(', ')},
    sum(arraySum(list_costs)) AS list_cost, sum(own_cost) AS contracted_cost,
    countIf(notEmpty(lines) AND role IN ('model_request', 'agent')) AS model_calls,
    countIf(role = 'tool_call') AS tool_calls, countIf(role = 'api_call') AS api_calls,
    countIf(role = 'step') AS steps, countIf(role = 'agent') AS agents, count() AS spans, countIf(status_code = 'error') AS errors,
    countIf(has(arrayMap(entry -> ${STATUS}, lines) AS statuses, 'unpriced')) AS unpriced_calls,
    countIf(has(statuses, 'no_usage')) AS no_usage_calls,
    countIf(suppressed != '') AS suppressed_spans,
    max((toUInt8(role = 'agent' OR parent_span_id = ''), charge_period_end, toUInt8(status_code = 'error'))) AS last_root,
    last_root.1 AS outcome_root, last_root.2 AS outcome_end, last_root.3 AS outcome_error
  ${FROM_LEDGER} GROUP BY hour, tenant, session_id`;

const TOOL_CALLS = `SELECT toDateTime(toStartOfHour(charge_period_start), 'UTC') AS hour, tenant, session_id, trace_id, span_id,
    if(length(tool_call_path) > 1, tool_call_path[-2], '') AS parent_tool_call_span_id, tool_name, tool_call_id,
    ${AGENT} AS agent_name, user_id, ${PROJECT} AS project, ${TEAM} AS team, ${ENVIRONMENT} AS environment,
    charge_period_start, charge_period_end, own_cost, arraySum(list_costs) AS list_cost, total_cost, total_list_cost,
    total_tokens, total_model_calls, total_tool_calls, status_code AS status, status_message
  ${FROM_LEDGER} AND role = 'tool_call'`;

/** `SELECT` lists name helper columns too, so the insert names its own. */
export const ROLLUP_TABLES: readonly (RollupTable & { readonly columns: string })[] = [
  {
    table: 'team_hours',
    columns:
      'hour, tenant, team, project, agent_name, environment, provider, model, meter, consumed_quantity, list_cost, contracted_cost, calls, unpriced_calls, assumed_cost',
    select: TEAM_HOURS,
  },
  {
    table: 'session_hours',
    columns: `hour, tenant, session_id, first_start, last_end, team, project, user_id, environment, agent_names, trace_count,
      ${[...COST_COLUMNS, ...TOKEN_COLUMNS].map(([column]) => column).join(', ')}, list_cost, contracted_cost, model_calls, tool_calls, api_calls, steps, agents, spans, errors, unpriced_calls, no_usage_calls, suppressed_spans, outcome_root, outcome_end, outcome_error`,
    select: SESSION_HOURS,
  },
  {
    table: 'tool_calls',
    columns:
      'hour, tenant, session_id, trace_id, span_id, parent_tool_call_span_id, tool_name, tool_call_id, agent_name, user_id, project, team, environment, charge_period_start, charge_period_end, own_cost, list_cost, total_cost, total_list_cost, total_tokens, total_model_calls, total_tool_calls, status, status_message',
    select: TOOL_CALLS,
  },
];
