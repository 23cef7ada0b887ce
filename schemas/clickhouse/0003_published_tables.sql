-- Over 400 lines because every column of every published table stands here with its comment.
--
-- The published tables: views over spanledger_store that readers see as their definer does. What they show is free of
-- duplicates and superseded revisions. Filters on charge_period_start, session_id and trace_id reach the ledger's key and
-- indexes through them (tried by a test).
CREATE OR REPLACE VIEW spanledger.charges
(
    tenant LowCardinality(String) COMMENT 'Tenant, from the ingest key alone; `default` without keys',
    day Date COMMENT 'UTC day of charge_period_start',
    charge_period_start DateTime64(9, 'UTC') COMMENT 'Start of the call (FOCUS ChargePeriodStart), UTC',
    charge_period_end DateTime64(9, 'UTC') COMMENT 'End of the call, UTC',
    trace_id String COMMENT 'Trace, 32 lower-case hex digits',
    span_id String COMMENT 'Span that carries the charge, 16 lower-case hex digits',
    meter LowCardinality(String) COMMENT 'Kind of quantity: input, cache_read, output ...; `unknown` for a call without usage',
    line UInt16 COMMENT 'Tells apart two lines of one meter',
    posting UInt32 COMMENT '0; corrections count up',
    session_id String COMMENT 'Session: session.id, gen_ai.conversation.id or the dialect''s own key; the trace id where nothing names one',
    step_span_id String COMMENT 'Nearest reasoning step around the span',
    tool_call_span_id String COMMENT 'Nearest tool call around the span, or the span itself',
    tool_call_path Array(String) COMMENT 'Span ids of all tool calls around, outermost first',
    tool_name LowCardinality(String) COMMENT 'Name of the nearest tool call',
    agent_name LowCardinality(String) COMMENT 'Name of the nearest agent',
    user_id String COMMENT 'User, as the emitter names it',
    project LowCardinality(String) COMMENT 'Project',
    team LowCardinality(String) COMMENT 'Team that owns the cost; `unattributed` where nobody does',
    environment LowCardinality(String) COMMENT 'Deployment environment',
    service_name LowCardinality(String) COMMENT 'OpenTelemetry service.name of the process',
    provider LowCardinality(String) COMMENT 'Provider, by OpenTelemetry''s names (openai, anthropic, aws.bedrock ...)',
    request_model LowCardinality(String) COMMENT 'Model that was asked for',
    response_model LowCardinality(String) COMMENT 'Model that answered',
    priced_model LowCardinality(String) COMMENT 'Model of the price book that the price is of',
    operation LowCardinality(String) COMMENT 'chat, embeddings ...',
    response_id String COMMENT 'The provider''s id of the response',
    service_tier LowCardinality(String) COMMENT 'Tier that served the call',
    region LowCardinality(String) COMMENT 'Region, where known',
    consumed_quantity Decimal(38, 9) COMMENT 'Quantity in consumed_unit',
    consumed_unit LowCardinality(String) COMMENT 'Unit of the meter: token, search, request ...',
    pricing_quantity Decimal(38, 15) COMMENT 'Quantity in pricing_unit',
    pricing_unit LowCardinality(String) COMMENT 'Unit that the price is quoted for, such as 1M tokens',
    pricing_currency LowCardinality(String) COMMENT 'Currency of the price',
    exchange_rate Decimal(38, 12) COMMENT 'Billing currency per pricing currency',
    list_unit_price Decimal(38, 12) COMMENT 'List price per pricing_unit',
    contracted_unit_price Decimal(38, 12) COMMENT 'Negotiated price per pricing_unit; the list price without a contract',
    list_cost Decimal(38, 12) COMMENT 'Cost at list price',
    contracted_cost Decimal(38, 12) COMMENT 'Cost at the negotiated price',
    effective_cost Decimal(38, 12) COMMENT 'Cost after all discounts: what the line costs you',
    billed_cost Decimal(38, 12) COMMENT 'What the provider bills for it',
    billing_currency LowCardinality(String) COMMENT 'Currency of all costs',
    price_id LowCardinality(String) COMMENT 'Entry of the price book',
    price_status LowCardinality(String) COMMENT 'priced, assumed, unpriced, no_usage or included',
    price_status_reason LowCardinality(String) COMMENT 'Why assumed, unpriced or without usage',
    charge_class LowCardinality(String) COMMENT 'Empty, or Correction',
    billing_period String COMMENT 'Month that the charge belongs to, YYYY-MM',
    corrects String COMMENT 'What a correction corrects',
    reported_cost Nullable(Decimal(38, 12)) COMMENT 'Cost of the whole call as the emitter states it, USD; never mixed into ours',
    dialect LowCardinality(String) COMMENT 'Attribute convention by which the span was read, with its version',
    dialect_rule LowCardinality(String) COMMENT 'Rule that decided',
    price_book_version LowCardinality(String) COMMENT 'Version of the price book',
    rules_version UInt16 COMMENT 'Version of the attribution rules',
    revision UInt64 COMMENT 'Grows with each rewriting of the row',
    log_partition UInt16 COMMENT 'Partition of the span log',
    log_offset UInt64 COMMENT 'Offset of the record that carried the span'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, toDate(charge_period_start) AS day, charge_period_start, charge_period_end, trace_id, span_id,
    meter, 0 AS line, posting,
    session_id, step_span_id, tool_call_span_id, tool_call_path, tool_name, agent_name, user_id, project, team, environment, service_name,
    provider, request_model, response_model, priced_model, operation, response_id, service_tier, region,
    consumed_quantity,
    transform(toString(meter), ['web_search', 'web_fetch', 'code_execution', 'file_search', 'rerank_unit', 'character', 'second', 'image', 'page', 'request', 'api_call', 'gpu_second', 'cpu_second', 'memory_gib_second', 'network_gib', 'annotated_page', 'message', 'unknown'], ['search', 'request', 'request', 'search', 'unit', 'character', 'second', 'image', 'page', 'request', 'call', 'second', 'second', 'GiB-second', 'GiB', 'page', 'unit', 'request'], 'token') AS consumed_unit,
    CAST(consumed_quantity, 'Decimal(38, 15)') / toUInt32OrZero(extract(price, '^[^\\t]*\\t[^\\t]*\\t([^\\t]*)')) AS pricing_quantity,
    extract(price, '^[^\\t]*\\t([^\\t]*)') AS pricing_unit, 'USD' AS pricing_currency, CAST(1, 'Decimal(38, 12)') AS exchange_rate,
    toDecimal128(extract(price, '([^\\t]*)$'), 12) AS list_unit_price, list_unit_price AS contracted_unit_price,
    list_cost, list_cost AS contracted_cost, list_cost AS effective_cost, list_cost AS billed_cost, 'USD' AS billing_currency,
    extract(price, '^([^\\t]*)') AS price_id, extract(price_state, '^([^\\t]*)') AS price_status, extract(price_state, '\\t(.*)$') AS price_status_reason,
    '' AS charge_class, formatDateTime(charge_period_start, '%Y-%m') AS billing_period, '' AS corrects,
    reported_cost, dialect, dialect_rule, price_book_version, rules_version, revision, log_partition, log_offset
FROM spanledger_store.ledger FINAL
ARRAY JOIN meter, consumed_quantity, list_cost, price, price_state
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'One line of one meter of one physical call: the ledger';

CREATE OR REPLACE VIEW spanledger.spans
(
    tenant LowCardinality(String) COMMENT 'Tenant, from the ingest key alone; `default` without keys',
    charge_period_start DateTime64(9, 'UTC') COMMENT 'Start of the span, UTC',
    charge_period_end DateTime64(9, 'UTC') COMMENT 'End of the span, UTC',
    duration_ms Float64 COMMENT 'End minus start in milliseconds',
    trace_id String COMMENT 'Trace, 32 lower-case hex digits',
    span_id String COMMENT 'Span, 16 lower-case hex digits',
    parent_span_id String COMMENT 'Parent span; empty for a root',
    name LowCardinality(String) COMMENT 'Span name',
    kind LowCardinality(String) COMMENT 'What the span is for the ledger: model_request, agent, step, tool_call, api_call or other',
    otlp_kind UInt8 COMMENT 'OTLP span kind 0-5',
    status LowCardinality(String) COMMENT 'unset, ok or error',
    status_message String COMMENT 'Status message',
    scope_name LowCardinality(String) COMMENT 'Instrumentation scope',
    scope_version LowCardinality(String) COMMENT 'Its version',
    size_bytes UInt32 COMMENT 'Size of the serialised span',
    session_id String COMMENT 'Session: session.id, gen_ai.conversation.id or the dialect''s own key; the trace id where nothing names one',
    step_span_id String COMMENT 'Nearest reasoning step around the span',
    tool_call_span_id String COMMENT 'Nearest tool call around the span, or the span itself',
    tool_call_path Array(String) COMMENT 'Span ids of all tool calls around, outermost first',
    tool_name LowCardinality(String) COMMENT 'Name of the nearest tool call',
    agent_name LowCardinality(String) COMMENT 'Name of the nearest agent',
    user_id String COMMENT 'User, as the emitter names it',
    project LowCardinality(String) COMMENT 'Project',
    team LowCardinality(String) COMMENT 'Team that owns the cost; `unattributed` where nobody does',
    environment LowCardinality(String) COMMENT 'Deployment environment',
    service_name LowCardinality(String) COMMENT 'OpenTelemetry service.name of the process',
    provider LowCardinality(String) COMMENT 'Provider, by OpenTelemetry''s names (openai, anthropic, aws.bedrock ...)',
    request_model LowCardinality(String) COMMENT 'Model that was asked for',
    response_model LowCardinality(String) COMMENT 'Model that answered',
    priced_model LowCardinality(String) COMMENT 'Model of the price book that the price is of',
    operation LowCardinality(String) COMMENT 'chat, embeddings ...',
    response_id String COMMENT 'The provider''s id of the response',
    service_tier LowCardinality(String) COMMENT 'Tier that served the call',
    region LowCardinality(String) COMMENT 'Region, where known',
    tool_call_id String COMMENT 'The provider''s or framework''s id of the tool call',
    server_address LowCardinality(String) COMMENT 'Host that the span talked to',
    meters Array(LowCardinality(String)) COMMENT 'Meters of the usage that the span states',
    quantities Array(Decimal(38, 9)) COMMENT 'Their quantities',
    own_cost Decimal(38, 12) COMMENT 'Cost charged on this span',
    total_cost Decimal(38, 12) COMMENT 'For tool calls and agents: own cost and everything beneath',
    suppressed_reason LowCardinality(String) COMMENT 'Why its usage is not charged here; empty when it is',
    dialect LowCardinality(String) COMMENT 'Attribute convention, with its version',
    dialect_rule LowCardinality(String) COMMENT 'Rule that decided',
    received_at DateTime64(3, 'UTC') COMMENT 'When ingest took it',
    ingest_key_id LowCardinality(String) COMMENT 'Ingest key that it came with',
    revision UInt64 COMMENT 'Grows with each rewriting',
    log_partition UInt16 COMMENT 'Partition of the span log',
    log_offset UInt64 COMMENT 'Offset of the record that carried it'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, charge_period_start, charge_period_end,
    (toUnixTimestamp64Nano(charge_period_end) - toUnixTimestamp64Nano(charge_period_start)) / 1e6 AS duration_ms,
    trace_id, span_id, parent_span_id, name, toString(role) AS kind, otlp_kind, toString(status_code) AS status, status_message,
    scope_name, scope_version, size_bytes,
    session_id, step_span_id, tool_call_span_id, tool_call_path, tool_name, agent_name, user_id, project, team, environment, service_name,
    provider, request_model, response_model, priced_model, operation, response_id, service_tier, region,
    tool_call_id, server_address,
    if(empty(stated_meter), meter, stated_meter) AS meters, if(empty(stated_meter), consumed_quantity, stated_quantity) AS quantities,
    own_cost, total_cost, suppressed_reason, dialect, dialect_rule, received_at, ingest_key_id, revision, log_partition, log_offset
FROM spanledger_store.ledger FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'One span as far as it matters for the trail';

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
    dialect_rule LowCardinality(String) COMMENT 'Rule that read the span'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, session_id, charge_period_start, charge_period_end, trace_id, span_id, parent_span_id, name,
    if(is_suppressed, 'suppressed', 'charge') AS entry,
    step_span_id, tool_call_span_id, tool_name, agent_name, team, provider, if(response_model = '', request_model, response_model) AS model,
    entry_meter AS meter, entry_quantity AS consumed_quantity,
    extract(entry_price, '^[^\\t]*\\t([^\\t]*)') AS pricing_unit, toDecimal128OrZero(extract(entry_price, '([^\\t]*)$'), 12) AS list_unit_price,
    extract(entry_price, '^([^\\t]*)') AS price_id,
    extract(entry_state, '^([^\\t]*)') AS price_status, extract(entry_state, '\\t(.*)$') AS price_status_reason, entry_cost AS effective_cost,
    sum(entry_cost) OVER (PARTITION BY tenant, session_id ORDER BY charge_period_start, trace_id, span_id, entry_meter ROWS UNBOUNDED PRECEDING) AS running_cost,
    kept_trace_id, kept_span_id, dialect_rule
FROM
(
    SELECT *, suppressed_reason != '' AS is_suppressed,
        if(is_suppressed, if(empty(stated_meter), ['unknown'], stated_meter), meter) AS entry_meters,
        length(entry_meters) AS n,
        if(is_suppressed, if(empty(stated_meter), [toDecimal128(0, 9)], stated_quantity), consumed_quantity) AS quantities,
        if(is_suppressed, arrayWithConstant(n, ''), price) AS prices,
        if(is_suppressed, arrayWithConstant(n, concat('suppressed\t', suppressed_rule)), price_state) AS states,
        if(is_suppressed, arrayWithConstant(n, toDecimal128(0, 12)), list_cost) AS line_costs
    FROM spanledger_store.ledger FINAL
)
ARRAY JOIN entry_meters AS entry_meter, quantities AS entry_quantity, prices AS entry_price, states AS entry_state, line_costs AS entry_cost
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'The chronological record of each session, with the running cost';

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
    outcome LowCardinality(String) COMMENT 'error when the last root or agent span ended in error, else ok'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
SELECT
    tenant, session_id, first_start AS charge_period_start, last_end AS charge_period_end,
    (toUnixTimestamp64Nano(last_end) - toUnixTimestamp64Nano(first_start)) / 1e6 AS duration_ms,
    team, project, user_id, environment, agent_names,
    list_cost AS effective_cost, list_cost, list_cost AS billed_cost, 'USD' AS billing_currency,
    input_cost, cache_cost, output_cost, tool_cost, api_cost, compute_cost, other_cost,
    input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
    toUInt64(model_calls) AS model_calls, toUInt64(tool_calls) AS tool_calls, toUInt64(api_calls) AS api_calls, toUInt64(steps) AS steps, toUInt64(agents) AS agents, toUInt64(trace_count) AS traces, toUInt64(spans) AS spans, toUInt64(errors) AS errors, toUInt64(unpriced_calls) AS unpriced_calls, toUInt64(no_usage_calls) AS no_usage_calls, toUInt64(suppressed_spans) AS suppressed_spans,
    if(outcome_error = 1, 'error', 'ok') AS outcome
FROM spanledger_store.session_hours
WHERE session_hash NOT IN (SELECT session_hash FROM spanledger_store.session_hours GROUP BY session_hash HAVING count() > 1)
UNION ALL
SELECT
    tenant, session_id, min(first_start) AS charge_period_start, max(last_end) AS charge_period_end,
    (toUnixTimestamp64Nano(max(last_end)) - toUnixTimestamp64Nano(min(first_start))) / 1e6 AS duration_ms,
    argMin(hours.team, first_start) AS team, argMin(hours.project, first_start) AS project, argMin(hours.user_id, first_start) AS user_id, argMin(hours.environment, first_start) AS environment,
    arraySort(groupUniqArrayArray(hours.agent_names)) AS agent_names,
    sum(hours.list_cost) AS effective_cost, sum(hours.list_cost) AS list_cost, sum(hours.list_cost) AS billed_cost, 'USD' AS billing_currency,
    sum(hours.input_cost) AS input_cost, sum(hours.cache_cost) AS cache_cost, sum(hours.output_cost) AS output_cost, sum(hours.tool_cost) AS tool_cost, sum(hours.api_cost) AS api_cost, sum(hours.compute_cost) AS compute_cost, sum(hours.other_cost) AS other_cost,
    sum(hours.input_tokens) AS input_tokens, sum(hours.cache_read_tokens) AS cache_read_tokens, sum(hours.cache_write_5m_tokens) AS cache_write_5m_tokens, sum(hours.cache_write_1h_tokens) AS cache_write_1h_tokens, sum(hours.cache_write_tokens) AS cache_write_tokens, sum(hours.output_tokens) AS output_tokens, sum(hours.reasoning_tokens) AS reasoning_tokens,
    sum(hours.model_calls) AS model_calls, sum(hours.tool_calls) AS tool_calls, sum(hours.api_calls) AS api_calls, sum(hours.steps) AS steps, sum(hours.agents) AS agents, sum(hours.trace_count) AS traces, sum(hours.spans) AS spans, sum(hours.errors) AS errors, sum(hours.unpriced_calls) AS unpriced_calls, sum(hours.no_usage_calls) AS no_usage_calls, sum(hours.suppressed_spans) AS suppressed_spans,
    if(argMax(outcome_error, (outcome_root, outcome_end)) = 1, 'error', 'ok') AS outcome
FROM spanledger_store.session_hours AS hours
WHERE session_hash IN (SELECT session_hash FROM spanledger_store.session_hours GROUP BY session_hash HAVING count() > 1)
GROUP BY tenant, session_id
COMMENT 'One session: money by category, tokens by meter, counts, outcome';

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
    billing_currency LowCardinality(String) COMMENT 'Currency'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, session_id, charge_period_start, charge_period_end,
    (toUnixTimestamp64Nano(charge_period_end) - toUnixTimestamp64Nano(charge_period_start)) / 1e6 AS duration_ms,
    trace_id, span_id, parent_tool_call_span_id, tool_name, tool_call_id, agent_name, user_id, project, team, environment,
    own_cost, total_cost, total_tokens, total_model_calls AS model_calls, total_tool_calls AS tool_calls,
    toString(status) AS status, status_message, 'USD' AS billing_currency
FROM spanledger_store.tool_calls
COMMENT 'One tool call: own and total cost';

CREATE OR REPLACE VIEW spanledger.team_costs
(
    tenant LowCardinality(String) COMMENT 'Tenant, from the ingest key alone; `default` without keys',
    charge_period_start DateTime('UTC') COMMENT 'Hour, UTC',
    charge_period_end DateTime('UTC') COMMENT 'End of the hour, UTC',
    team LowCardinality(String) COMMENT 'Team',
    project LowCardinality(String) COMMENT 'Project',
    agent_name LowCardinality(String) COMMENT 'Agent',
    environment LowCardinality(String) COMMENT 'Environment',
    provider LowCardinality(String) COMMENT 'Provider',
    model LowCardinality(String) COMMENT 'Model that answered, or was asked for',
    meter LowCardinality(String) COMMENT 'Meter',
    consumed_quantity Decimal(38, 9) COMMENT 'Quantity',
    consumed_unit LowCardinality(String) COMMENT 'Unit of the meter',
    list_cost Decimal(38, 12) COMMENT 'At list price',
    contracted_cost Decimal(38, 12) COMMENT 'At the negotiated price',
    effective_cost Decimal(38, 12) COMMENT 'What it cost',
    billed_cost Decimal(38, 12) COMMENT 'What the provider bills',
    billing_currency LowCardinality(String) COMMENT 'Currency',
    calls UInt64 COMMENT 'Calls that used the meter',
    unpriced_calls UInt64 COMMENT 'Of them without a price',
    assumed_cost Decimal(38, 12) COMMENT 'Of the cost, how much rests on an assumed price'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, hour AS charge_period_start, hour + INTERVAL 1 HOUR AS charge_period_end, team, project, agent_name, environment, provider, model, meter,
    consumed_quantity, transform(toString(meter), ['web_search', 'web_fetch', 'code_execution', 'file_search', 'rerank_unit', 'character', 'second', 'image', 'page', 'request', 'api_call', 'gpu_second', 'cpu_second', 'memory_gib_second', 'network_gib', 'annotated_page', 'message', 'unknown'], ['search', 'request', 'request', 'search', 'unit', 'character', 'second', 'image', 'page', 'request', 'call', 'second', 'second', 'GiB-second', 'GiB', 'page', 'unit', 'request'], 'token') AS consumed_unit,
    list_cost, list_cost AS contracted_cost, list_cost AS effective_cost, list_cost AS billed_cost, 'USD' AS billing_currency,
    calls, unpriced_calls, assumed_cost
FROM spanledger_store.team_hours
COMMENT 'One hour x team x project x agent x environment x provider x model x meter';

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
    dialect_rule LowCardinality(String) COMMENT 'Rule that read the span'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, charge_period_start, trace_id, span_id, name, scope_name, session_id, team, agent_name, provider,
    if(response_model = '', request_model, response_model) AS model, response_id, suppressed_reason AS reason, suppressed_rule AS rule, kept_trace_id, kept_span_id,
    stated_meter AS meters, stated_quantity AS quantities, dialect, dialect_rule
FROM spanledger_store.ledger FINAL
WHERE suppressed_reason != ''
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'What was not charged, the span kept instead, and why';

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
    fee Decimal(38, 12) COMMENT 'Its fee; 0 until a price for the host is configured'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, charge_period_start, charge_period_end,
    (toUnixTimestamp64Nano(charge_period_end) - toUnixTimestamp64Nano(charge_period_start)) / 1e6 AS duration_ms,
    trace_id, span_id, session_id, tool_call_span_id, tool_name, agent_name, project, team, environment, server_address AS host, operation, name,
    toString(status_code) AS status, status_message, own_cost AS fee
FROM spanledger_store.ledger FINAL
WHERE role = 'api_call'
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'One external service call';

CREATE OR REPLACE VIEW spanledger.dead_letters
(
    tenant LowCardinality(String) COMMENT 'Tenant, from the ingest key alone; `default` without keys',
    received_at DateTime64(3, 'UTC') COMMENT 'When ingest took it',
    dead_since DateTime64(3, 'UTC') COMMENT 'When attribution gave it up',
    topic LowCardinality(String) COMMENT 'Topic of the log',
    log_partition UInt16 COMMENT 'Partition',
    log_offset UInt64 COMMENT 'Offset of its record: where a replay starts',
    trace_id String COMMENT 'Trace, where known',
    span_id String COMMENT 'Span, where known',
    reason LowCardinality(String) COMMENT 'Why (docs/errors.md)',
    detail String COMMENT 'What exactly was wrong',
    ingest_key_id LowCardinality(String) COMMENT 'Ingest key',
    payload_base64 String COMMENT 'The record or span as received'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT tenant, received_at, dead_since, topic, log_partition, log_offset, trace_id, span_id, reason, detail, ingest_key_id, base64Encode(payload) AS payload_base64
FROM spanledger_store.dead_letters FINAL
COMMENT 'What could not be processed, with reason, origin and content';

CREATE OR REPLACE VIEW spanledger.prices
(
    price_book_version LowCardinality(String) COMMENT 'Version of the price book',
    provider LowCardinality(String) COMMENT 'Provider',
    model String COMMENT 'Model',
    meter LowCardinality(String) COMMENT 'Meter',
    price_id String COMMENT 'Entry; charges name it',
    valid_from Nullable(DateTime('UTC')) COMMENT 'From when; empty: always',
    valid_to Nullable(DateTime('UTC')) COMMENT 'Until when, exclusive; empty: open',
    variant String COMMENT 'Service tier, batch, speed, window of the day; empty: the normal price',
    context_over_tokens UInt64 COMMENT 'Price of requests with more input than this',
    list_unit_price Decimal(38, 12) COMMENT 'Price per pricing_unit',
    pricing_unit LowCardinality(String) COMMENT 'Unit of the price',
    pricing_unit_size UInt32 COMMENT 'Units of the meter in one pricing_unit',
    pricing_currency LowCardinality(String) COMMENT 'Currency',
    source String COMMENT 'Where the figure comes from'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT price_book_version, provider, model, meter, price_id, valid_from, valid_to, variant, context_over_tokens, list_unit_price, pricing_unit, pricing_unit_size, pricing_currency, source
FROM spanledger_store.prices FINAL
COMMENT 'The price book in effect';
