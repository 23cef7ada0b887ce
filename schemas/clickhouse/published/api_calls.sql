CREATE OR REPLACE VIEW spanledger.api_calls
(
    tenant LowCardinality(String) COMMENT 'Tenant, from the ingest key alone; `default` without keys',
    charge_period_start DateTime64(9, 'UTC') COMMENT 'Start, UTC',
    charge_period_end DateTime64(9, 'UTC') COMMENT 'End, UTC',
    duration_ms Float64 COMMENT 'Duration in milliseconds',
    trace_id String COMMENT 'Trace',
    span_id String COMMENT 'Span',
    session_id String COMMENT 'Session',
    tool_call_span_id String COMMENT 'Tool call that made it',
    tool_name LowCardinality(String) COMMENT 'Tool',
    agent_name LowCardinality(String) COMMENT 'Agent',
    project LowCardinality(String) COMMENT 'Project',
    team LowCardinality(String) COMMENT 'Team',
    environment LowCardinality(String) COMMENT 'Environment',
    host LowCardinality(String) COMMENT 'Host that was called',
    operation LowCardinality(String) COMMENT 'Method or operation',
    name LowCardinality(String) COMMENT 'Span name',
    status LowCardinality(String) COMMENT 'unset, ok or error',
    status_message String COMMENT 'Status message',
    fee Decimal(38, 12) COMMENT 'Its fee; 0 until a price for the host is configured',
    list_fee Decimal(38, 12) COMMENT 'Its fee at list price',
    billing_currency LowCardinality(String) COMMENT 'Currency'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, charge_period_start, charge_period_end,
    (toUnixTimestamp64Nano(charge_period_end) - toUnixTimestamp64Nano(charge_period_start)) / 1e6 AS duration_ms,
    trace_id, span_id, session_id, tool_call_span_id, tool_name, extract(owner, '^(?:[^\\x1F]*\\x1F){2}([^\\x1F]*)') AS agent_name,
    extract(owner, '^[^\\x1F]*\\x1F([^\\x1F]*)') AS project,
    extract(owner, '^([^\\x1F]*)') AS team,
    extract(owner, '^(?:[^\\x1F]*\\x1F){3}([^\\x1F]*)') AS environment,
    extract(call, '^(?:[^\\x1F]*\\x1F){7}([^\\x1F]*)') AS host, extract(call, '^(?:[^\\x1F]*\\x1F){4}([^\\x1F]*)') AS operation, name,
    toString(status_code) AS status, status_message, own_cost AS fee, arraySum(list_costs) AS list_fee,
    (SELECT if(count() = 0, 'USD', argMax(billing_currency, set_at)) FROM spanledger_store.billing) AS billing_currency
FROM spanledger_store.ledger_rows FINAL
WHERE role = 'api_call'
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'One external service call';
