-- Most sessions lie within one hour: their rows are shown as they are. Only those of several hours are summed, which is
-- several times faster over all sessions (npm run bench -- queries).
CREATE OR REPLACE VIEW spanledger.session_costs
(
    tenant LowCardinality(String) COMMENT 'Tenant, from the ingest key alone; `default` without keys',
    session_id String COMMENT 'Session',
    charge_period_start DateTime64(9, 'UTC') COMMENT 'Start of its first span, UTC',
    charge_period_end DateTime64(9, 'UTC') COMMENT 'End of its last span, UTC',
    duration_ms Float64 COMMENT 'From first start to last end in milliseconds',
    team LowCardinality(String) COMMENT 'Team of its first span',
    project LowCardinality(String) COMMENT 'Project of its first span',
    user_id String COMMENT 'User of its first span',
    environment LowCardinality(String) COMMENT 'Environment of its first span',
    agent_names Array(LowCardinality(String)) COMMENT 'Agents that took part',
    effective_cost Decimal(38, 12) COMMENT 'What the session cost',
    list_cost Decimal(38, 12) COMMENT 'At list price',
    billed_cost Decimal(38, 12) COMMENT 'What the providers bill',
    billing_currency LowCardinality(String) COMMENT 'Currency',
    input_cost Decimal(38, 12) COMMENT 'Uncached input',
    cache_cost Decimal(38, 12) COMMENT 'Cache reads and writes',
    output_cost Decimal(38, 12) COMMENT 'Output and reasoning',
    tool_cost Decimal(38, 12) COMMENT 'The provider''s own tools',
    api_cost Decimal(38, 12) COMMENT 'External API calls',
    compute_cost Decimal(38, 12) COMMENT 'GPU, CPU, memory, network',
    other_cost Decimal(38, 12) COMMENT 'Everything else',
    input_tokens Decimal(38, 9) COMMENT 'Tokens of meter input',
    cache_read_tokens Decimal(38, 9) COMMENT 'Tokens of meter cache_read',
    cache_write_5m_tokens Decimal(38, 9) COMMENT 'Tokens of meter cache_write_5m',
    cache_write_1h_tokens Decimal(38, 9) COMMENT 'Tokens of meter cache_write_1h',
    cache_write_tokens Decimal(38, 9) COMMENT 'Tokens of meter cache_write',
    output_tokens Decimal(38, 9) COMMENT 'Tokens of meter output',
    reasoning_tokens Decimal(38, 9) COMMENT 'Tokens of meter reasoning',
    model_calls UInt64 COMMENT 'Model calls charged (each physical call once)',
    tool_calls UInt64 COMMENT 'Tool calls',
    api_calls UInt64 COMMENT 'External API calls',
    steps UInt64 COMMENT 'Reasoning steps',
    agents UInt64 COMMENT 'Agent runs',
    traces UInt64 COMMENT 'Traces, by their root spans',
    spans UInt64 COMMENT 'Spans',
    errors UInt64 COMMENT 'Spans that ended in error',
    unpriced_calls UInt64 COMMENT 'Calls with usage but without a price',
    no_usage_calls UInt64 COMMENT 'Calls that state no usage',
    suppressed_spans UInt64 COMMENT 'Spans whose usage is charged elsewhere',
    outcome LowCardinality(String) COMMENT 'error when the last root or agent span ended in error, else ok',
    contracted_cost Decimal(38, 12) COMMENT 'At the negotiated prices'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
SELECT
    tenant, session_id, first_start AS charge_period_start, last_end AS charge_period_end,
    (toUnixTimestamp64Nano(last_end) - toUnixTimestamp64Nano(first_start)) / 1e6 AS duration_ms,
    team, project, user_id, environment, agent_names,
    contracted_cost AS effective_cost, list_cost, contracted_cost AS billed_cost,
    (SELECT if(count() = 0, 'USD', argMax(billing_currency, set_at)) FROM spanledger_store.billing) AS billing_currency,
    input_cost, cache_cost, output_cost, tool_cost, api_cost, compute_cost, other_cost,
    input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
    toUInt64(model_calls) AS model_calls, toUInt64(tool_calls) AS tool_calls, toUInt64(api_calls) AS api_calls, toUInt64(steps) AS steps, toUInt64(agents) AS agents, toUInt64(trace_count) AS traces, toUInt64(spans) AS spans, toUInt64(errors) AS errors, toUInt64(unpriced_calls) AS unpriced_calls, toUInt64(no_usage_calls) AS no_usage_calls, toUInt64(suppressed_spans) AS suppressed_spans,
    if(outcome_error = 1, 'error', 'ok') AS outcome, contracted_cost
FROM spanledger_store.session_hours
WHERE session_hash NOT IN (SELECT session_hash FROM spanledger_store.session_hours GROUP BY session_hash HAVING count() > 1)
UNION ALL
SELECT
    tenant, session_id, min(first_start) AS charge_period_start, max(last_end) AS charge_period_end,
    (toUnixTimestamp64Nano(max(last_end)) - toUnixTimestamp64Nano(min(first_start))) / 1e6 AS duration_ms,
    argMin(hours.team, first_start) AS team, argMin(hours.project, first_start) AS project, argMin(hours.user_id, first_start) AS user_id, argMin(hours.environment, first_start) AS environment,
    arraySort(groupUniqArrayArray(hours.agent_names)) AS agent_names,
    sum(hours.contracted_cost) AS effective_cost, sum(hours.list_cost) AS list_cost, sum(hours.contracted_cost) AS billed_cost,
    (SELECT if(count() = 0, 'USD', argMax(billing_currency, set_at)) FROM spanledger_store.billing) AS billing_currency,
    sum(hours.input_cost) AS input_cost, sum(hours.cache_cost) AS cache_cost, sum(hours.output_cost) AS output_cost, sum(hours.tool_cost) AS tool_cost, sum(hours.api_cost) AS api_cost, sum(hours.compute_cost) AS compute_cost, sum(hours.other_cost) AS other_cost,
    sum(hours.input_tokens) AS input_tokens, sum(hours.cache_read_tokens) AS cache_read_tokens, sum(hours.cache_write_5m_tokens) AS cache_write_5m_tokens, sum(hours.cache_write_1h_tokens) AS cache_write_1h_tokens, sum(hours.cache_write_tokens) AS cache_write_tokens, sum(hours.output_tokens) AS output_tokens, sum(hours.reasoning_tokens) AS reasoning_tokens,
    sum(hours.model_calls) AS model_calls, sum(hours.tool_calls) AS tool_calls, sum(hours.api_calls) AS api_calls, sum(hours.steps) AS steps, sum(hours.agents) AS agents, sum(hours.trace_count) AS traces, sum(hours.spans) AS spans, sum(hours.errors) AS errors, sum(hours.unpriced_calls) AS unpriced_calls, sum(hours.no_usage_calls) AS no_usage_calls, sum(hours.suppressed_spans) AS suppressed_spans,
    if(argMax(outcome_error, (outcome_root, outcome_end)) = 1, 'error', 'ok') AS outcome, sum(hours.contracted_cost) AS contracted_cost
FROM spanledger_store.session_hours AS hours
WHERE session_hash IN (SELECT session_hash FROM spanledger_store.session_hours GROUP BY session_hash HAVING count() > 1)
GROUP BY tenant, session_id
COMMENT 'One session: money by category, tokens by meter, counts, outcome';
