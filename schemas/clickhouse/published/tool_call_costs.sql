CREATE OR REPLACE VIEW spanledger.tool_call_costs
(
    tenant LowCardinality(String) COMMENT 'Tenant, from the ingest key alone; `default` without keys',
    session_id String COMMENT 'Session',
    charge_period_start DateTime64(9, 'UTC') COMMENT 'Start, UTC',
    charge_period_end DateTime64(9, 'UTC') COMMENT 'End, UTC',
    duration_ms Float64 COMMENT 'Duration in milliseconds',
    trace_id String COMMENT 'Trace',
    span_id String COMMENT 'Span of the tool call',
    parent_tool_call_span_id String COMMENT 'Tool call around it; empty at the top',
    tool_name LowCardinality(String) COMMENT 'Tool',
    tool_call_id String COMMENT 'Id of the call',
    agent_name LowCardinality(String) COMMENT 'Agent that called it',
    user_id String COMMENT 'User',
    project LowCardinality(String) COMMENT 'Project',
    team LowCardinality(String) COMMENT 'Team',
    environment LowCardinality(String) COMMENT 'Environment',
    own_cost Decimal(38, 12) COMMENT 'Its own fees and compute',
    total_cost Decimal(38, 12) COMMENT 'Own and every model call and tool call beneath it',
    total_tokens UInt64 COMMENT 'Tokens beneath it',
    model_calls UInt32 COMMENT 'Model calls beneath it',
    tool_calls UInt32 COMMENT 'Tool calls beneath it',
    status LowCardinality(String) COMMENT 'unset, ok or error',
    status_message String COMMENT 'Status message',
    billing_currency LowCardinality(String) COMMENT 'Currency',
    list_cost Decimal(38, 12) COMMENT 'own_cost at list price',
    total_list_cost Decimal(38, 12) COMMENT 'total_cost at list price',
    contracted_cost Decimal(38, 12) COMMENT 'own_cost: at the negotiated price',
    effective_cost Decimal(38, 12) COMMENT 'own_cost: what it cost by itself; total_cost has what lies beneath it too',
    billed_cost Decimal(38, 12) COMMENT 'What is billed for it by itself'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, session_id, charge_period_start, charge_period_end,
    (toUnixTimestamp64Nano(charge_period_end) - toUnixTimestamp64Nano(charge_period_start)) / 1e6 AS duration_ms,
    trace_id, span_id, parent_tool_call_span_id, tool_name, tool_call_id, agent_name, user_id, project, team, environment,
    own_cost, total_cost, total_tokens, total_model_calls AS model_calls, total_tool_calls AS tool_calls,
    toString(status) AS status, status_message, (SELECT if(count() = 0, 'USD', argMax(billing_currency, set_at)) FROM spanledger_store.billing) AS billing_currency,
    list_cost, total_list_cost, own_cost AS contracted_cost, own_cost AS effective_cost, own_cost AS billed_cost
FROM spanledger_store.tool_calls
COMMENT 'One tool call: own and total cost';
