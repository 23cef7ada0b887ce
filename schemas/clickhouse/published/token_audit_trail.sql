CREATE OR REPLACE VIEW spanledger.token_audit_trail
(
    tenant LowCardinality(String) COMMENT 'Tenant, from the ingest key alone; `default` without keys',
    session_id String COMMENT 'Session',
    charge_period_start DateTime64(9, 'UTC') COMMENT 'When, UTC',
    charge_period_end DateTime64(9, 'UTC') COMMENT 'Until when, UTC',
    trace_id String COMMENT 'Trace',
    span_id String COMMENT 'Span',
    parent_span_id String COMMENT 'Parent span',
    name LowCardinality(String) COMMENT 'Span name',
    entry LowCardinality(String) COMMENT 'charge, or suppressed: shown in place, not charged',
    step_span_id String COMMENT 'Reasoning step',
    tool_call_span_id String COMMENT 'Tool call',
    tool_name LowCardinality(String) COMMENT 'Tool',
    agent_name LowCardinality(String) COMMENT 'Agent',
    team LowCardinality(String) COMMENT 'Team',
    provider LowCardinality(String) COMMENT 'Provider',
    model LowCardinality(String) COMMENT 'Model that answered, or was asked for',
    meter LowCardinality(String) COMMENT 'Meter',
    consumed_quantity Decimal(38, 9) COMMENT 'Quantity',
    pricing_unit LowCardinality(String) COMMENT 'Unit of the price',
    list_unit_price Decimal(38, 12) COMMENT 'Price per pricing_unit',
    price_id LowCardinality(String) COMMENT 'Entry of the price book',
    price_status LowCardinality(String) COMMENT 'priced, assumed, unpriced, no_usage, included; suppressed entries: suppressed',
    price_status_reason LowCardinality(String) COMMENT 'Why; for suppressed entries the rule',
    effective_cost Decimal(38, 12) COMMENT 'Cost of the line',
    running_cost Decimal(38, 12) COMMENT 'Cost of the session up to and with this line',
    kept_trace_id String COMMENT 'For suppressed entries: trace of the span that is charged instead',
    kept_span_id String COMMENT 'For suppressed entries: the span that is charged instead',
    dialect_rule LowCardinality(String) COMMENT 'Rule that read the span',
    contracted_unit_price Decimal(38, 12) COMMENT 'Negotiated price per pricing_unit; the list price without a contract',
    pricing_currency LowCardinality(String) COMMENT 'Currency of the prices',
    exchange_rate Decimal(38, 12) COMMENT 'Billing currency per pricing currency',
    list_cost Decimal(38, 12) COMMENT 'Cost of the line at list price',
    contracted_cost Decimal(38, 12) COMMENT 'Cost of the line at the negotiated price',
    billed_cost Decimal(38, 12) COMMENT 'What the provider bills for it',
    billing_currency LowCardinality(String) COMMENT 'Currency of all costs',
    usage_source LowCardinality(String) COMMENT 'Attributes or raw JSON that the usage was read from, and what of it a twin''s span told'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, session_id, charge_period_start, charge_period_end, trace_id, span_id, parent_span_id, name,
    if(is_suppressed, 'suppressed', 'charge') AS entry,
    step_span_id, tool_call_span_id, tool_name, extract(owner, '^(?:[^\\x1F]*\\x1F){2}([^\\x1F]*)') AS agent_name,
    extract(owner, '^([^\\x1F]*)') AS team,
    extract(call, '^([^\\x1F]*)') AS provider,
    if(extract(call, '^(?:[^\\x1F]*\\x1F){2}([^\\x1F]*)') = '', extract(call, '^[^\\x1F]*\\x1F([^\\x1F]*)'), extract(call, '^(?:[^\\x1F]*\\x1F){2}([^\\x1F]*)')) AS model,
    extract(entry_line, '^([^\\x1F]*)') AS meter, entry_quantity AS consumed_quantity,
    extract(entry_line, '^(?:[^\\x1F]*\\x1F){3}([^\\x1F]*)') AS pricing_unit,
    toDecimal128OrZero(extract(entry_line, '^(?:[^\\x1F]*\\x1F){5}([^\\x1F]*)'), 12) AS list_unit_price,
    extract(entry_line, '^(?:[^\\x1F]*\\x1F){2}([^\\x1F]*)') AS price_id,
    extract(entry_line, '^[^\\x1F]*\\x1F([^\\x1F]*)') AS price_status,
    extract(entry_line, '^(?:[^\\x1F]*\\x1F){9}(.*)$') AS price_status_reason, entry_cost AS effective_cost,
    sum(entry_cost) OVER (PARTITION BY tenant, session_id ORDER BY charge_period_start, trace_id, span_id, meter ROWS UNBOUNDED PRECEDING) AS running_cost,
    kept_trace_id, kept_span_id, extract(emitter, '^(?:[^\\x1F]*\\x1F){3}([^\\x1F]*)') AS dialect_rule,
    if(extract(entry_line, '^(?:[^\\x1F]*\\x1F){6}([^\\x1F]*)') = '', list_unit_price, toDecimal128OrZero(extract(entry_line, '^(?:[^\\x1F]*\\x1F){6}([^\\x1F]*)'), 12)) AS contracted_unit_price,
    if(extract(entry_line, '^(?:[^\\x1F]*\\x1F){7}([^\\x1F]*)') = '', 'USD', extract(entry_line, '^(?:[^\\x1F]*\\x1F){7}([^\\x1F]*)')) AS pricing_currency,
    toDecimal128(if(extract(entry_line, '^(?:[^\\x1F]*\\x1F){8}([^\\x1F]*)') = '', '1', extract(entry_line, '^(?:[^\\x1F]*\\x1F){8}([^\\x1F]*)')), 12) AS exchange_rate,
    entry_list_cost AS list_cost, entry_cost AS contracted_cost, entry_cost AS billed_cost,
    (SELECT if(count() = 0, 'USD', argMax(billing_currency, set_at)) FROM spanledger_store.billing) AS billing_currency,
    extract(call, '^(?:[^\\x1F]*\\x1F){8}([^\\x1F]*)') AS usage_source
FROM
(
    SELECT *, suppressed != '' AS is_suppressed,
        if(is_suppressed, CAST(arrayMap(m -> concat(m, '\x1Fsuppressed', repeat('\x1F', 8), extract(suppressed, '^[^\\x1F]*\\x1F([^\\x1F]*)')), if(empty(stated_meters), ['unknown'], stated_meters)), 'Array(LowCardinality(String))'), lines) AS entry_lines,
        length(entry_lines) AS n,
        if(is_suppressed, if(empty(stated_meters), [toDecimal128(0, 9)], stated_quantities), quantities) AS entry_quantities,
        if(is_suppressed, arrayWithConstant(n, toDecimal128(0, 12)), list_costs) AS entry_list_costs,
        if(is_suppressed OR empty(contracted_costs), entry_list_costs, contracted_costs) AS entry_costs
    FROM spanledger_store.ledger_rows FINAL
)
ARRAY JOIN entry_lines AS entry_line, entry_quantities AS entry_quantity, entry_list_costs AS entry_list_cost, entry_costs AS entry_cost
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'The chronological record of each session, with the running cost';
