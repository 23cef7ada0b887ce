CREATE OR REPLACE VIEW spanledger.suppressed_calls
(
    tenant LowCardinality(String) COMMENT 'Tenant, from the ingest key alone; `default` without keys',
    charge_period_start DateTime64(9, 'UTC') COMMENT 'Start of the span, UTC',
    trace_id String COMMENT 'Trace',
    span_id String COMMENT 'Span that is not charged',
    name LowCardinality(String) COMMENT 'Span name',
    scope_name LowCardinality(String) COMMENT 'Instrumentation scope',
    session_id String COMMENT 'Session',
    team LowCardinality(String) COMMENT 'Team',
    agent_name LowCardinality(String) COMMENT 'Agent',
    provider LowCardinality(String) COMMENT 'Provider',
    model LowCardinality(String) COMMENT 'Model',
    response_id String COMMENT 'Response id',
    reason LowCardinality(String) COMMENT 'duplicate: another span carries the call; aggregate: it repeats calls beneath it',
    rule LowCardinality(String) COMMENT 'Rule that decided',
    kept_trace_id String COMMENT 'Trace of the span that is charged',
    kept_span_id String COMMENT 'The span that is charged',
    meters Array(LowCardinality(String)) COMMENT 'Meters of the usage that is not charged',
    quantities Array(Decimal(38, 9)) COMMENT 'Their quantities',
    dialect LowCardinality(String) COMMENT 'Attribute convention, with its version',
    dialect_rule LowCardinality(String) COMMENT 'Rule that read the span',
    usage_source LowCardinality(String) COMMENT 'Attributes or raw JSON that the usage was read from, and what of it a twin''s span told'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, charge_period_start, trace_id, span_id, name, extract(emitter, '^([^\\x1F]*)') AS scope_name, session_id,
    extract(owner, '^([^\\x1F]*)') AS team,
    extract(owner, '^(?:[^\\x1F]*\\x1F){2}([^\\x1F]*)') AS agent_name,
    extract(call, '^([^\\x1F]*)') AS provider,
    if(extract(call, '^(?:[^\\x1F]*\\x1F){2}([^\\x1F]*)') = '', extract(call, '^[^\\x1F]*\\x1F([^\\x1F]*)'), extract(call, '^(?:[^\\x1F]*\\x1F){2}([^\\x1F]*)')) AS model,
    response_id, extract(suppressed, '^([^\\x1F]*)') AS reason, extract(suppressed, '^[^\\x1F]*\\x1F([^\\x1F]*)') AS rule,
    kept_trace_id, kept_span_id, stated_meters AS meters, stated_quantities AS quantities,
    extract(emitter, '^(?:[^\\x1F]*\\x1F){2}([^\\x1F]*)') AS dialect,
    extract(emitter, '^(?:[^\\x1F]*\\x1F){3}([^\\x1F]*)') AS dialect_rule,
    extract(call, '^(?:[^\\x1F]*\\x1F){8}([^\\x1F]*)') AS usage_source
FROM spanledger_store.ledger_rows FINAL
WHERE suppressed != ''
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'What was not charged, the span kept instead, and why';
