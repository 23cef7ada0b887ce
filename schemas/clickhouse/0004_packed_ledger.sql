-- The ledger, packed: one row per span with its charge lines as arrays (docs/decisions/0001), and texts that go together in
-- one word of a dictionary, because every column of a row costs, again at each merge (docs/decisions/0011).
--
-- The fields of a word are separated by the unit separator, \x1F. The published views and attribution take them apart:
--   owner     team, project, agent, environment, service
--   emitter   scope name, scope version, dialect, dialect rule, ingest key
--   call      provider, request model, response model, priced model, operation, service tier, region, server address, usage
--             source, price book version, rules version; empty for a span that neither tells of a call nor is charged
--   suppressed  reason, rule; empty where nothing is suppressed
--   lines     of each line: meter, price status, price id, pricing unit, units of the meter in it, list unit price; where they
--             differ from the plain case or a reason follows also contracted unit price (else the list price), pricing currency
--             (else USD), exchange rate (else 1); and the reason of the status, which may hold anything
--
-- ORDER BY: the identity of a span, which never changes: the minute of its start, tenant, trace, span and posting. Minute
-- first, so that recomputing an hour reads that hour. Who is charged (team, session ...) may be learnt later and is a value.
-- PARTITION BY: the day of the start, as immutable as the key, so FINAL never has to look across partitions.
-- Codecs: ids are hex noise (ZSTD halves them), times grow (Delta), the rest is LowCardinality or small.
CREATE TABLE IF NOT EXISTS spanledger_store.ledger_rows
(
    tenant LowCardinality(String),
    trace_id String CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    posting UInt32,
    charge_period_start DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    charge_period_end DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    parent_span_id String CODEC(ZSTD(1)),
    name LowCardinality(String),
    role Enum8('other' = 0, 'model_request' = 1, 'agent' = 2, 'step' = 3, 'tool_call' = 4, 'api_call' = 5),
    otlp_kind UInt8,
    status_code Enum8('unset' = 0, 'ok' = 1, 'error' = 2),
    status_message String,
    size_bytes UInt32,

    session_id String CODEC(ZSTD(1)),
    step_span_id String CODEC(ZSTD(1)),
    tool_call_span_id String CODEC(ZSTD(1)),
    tool_call_path Array(String) CODEC(ZSTD(1)),
    tool_name LowCardinality(String),
    tool_call_id String CODEC(ZSTD(1)),
    user_id String CODEC(ZSTD(1)),
    owner LowCardinality(String),
    emitter LowCardinality(String),
    call LowCardinality(String),
    response_id String CODEC(ZSTD(1)),
    -- As the emitter states it, in USD.
    reported_cost Nullable(Decimal(38, 12)),

    -- The charge lines; costs in the billing currency. Contracted costs are left out where they are the list's.
    lines Array(LowCardinality(String)),
    quantities Array(Decimal(38, 9)) CODEC(ZSTD(1)),
    list_costs Array(Decimal(38, 12)) CODEC(ZSTD(1)),
    contracted_costs Array(Decimal(38, 12)) CODEC(ZSTD(1)),

    -- The span's own cost, and for tool calls and agents everything beneath them too, at contracted and at list price.
    own_cost Decimal(38, 12) CODEC(ZSTD(1)),
    total_cost Decimal(38, 12) CODEC(ZSTD(1)),
    total_list_cost Decimal(38, 12) CODEC(ZSTD(1)),
    total_tokens UInt64 CODEC(ZSTD(1)),
    total_model_calls UInt32,
    total_tool_calls UInt32,

    suppressed LowCardinality(String),
    kept_trace_id String CODEC(ZSTD(1)),
    kept_span_id String CODEC(ZSTD(1)),
    -- Usage as this span states it, where that is not what was charged (suppressed, or completed from a twin).
    stated_meters Array(LowCardinality(String)),
    stated_quantities Array(Decimal(38, 9)) CODEC(ZSTD(1)),

    -- What attribution needs beyond the columns to take the trace up again later (JSON, written and read by attribution).
    facts String CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    revision UInt64 CODEC(Delta, ZSTD(1)),
    is_deleted UInt8,
    log_partition UInt16,
    log_offset UInt64 CODEC(Delta, ZSTD(1)),

    INDEX trace_id_bloom trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX session_id_bloom session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(revision, is_deleted)
PARTITION BY toDate(charge_period_start)
ORDER BY (toStartOfMinute(charge_period_start), tenant, trace_id, span_id, posting)
-- Merging is most of what a span costs the engine, so parts are merged ten at a time instead of five; and from 16 MiB on
-- column by column, which takes half the CPU of row by row and needs a file per column (measured: docs/decisions/0011).
SETTINGS index_granularity = 8192, merge_selector_base = 10, min_bytes_for_wide_part = 16777216, vertical_merge_algorithm_min_rows_to_activate = 16384,
    fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;

-- Rows of before, if any. Emptied first, in case this is the second try.
TRUNCATE TABLE spanledger_store.ledger_rows;

INSERT INTO spanledger_store.ledger_rows
    (tenant, trace_id, span_id, posting, charge_period_start, charge_period_end, parent_span_id, name, role, otlp_kind, status_code,
    status_message, size_bytes, session_id, step_span_id, tool_call_span_id, tool_call_path, tool_name, tool_call_id, user_id, owner,
    emitter, call, response_id, reported_cost, lines, quantities, list_costs, contracted_costs, own_cost, total_cost, total_list_cost,
    total_tokens, total_model_calls, total_tool_calls, suppressed, kept_trace_id, kept_span_id, stated_meters, stated_quantities, facts,
    received_at, revision, is_deleted, log_partition, log_offset)
SELECT
    tenant, trace_id, span_id, posting, charge_period_start, charge_period_end, parent_span_id, name, role, otlp_kind, status_code,
    status_message, size_bytes, session_id, step_span_id, tool_call_span_id, tool_call_path, tool_name, tool_call_id, user_id,
    if(team = '', '', concatWithSeparator('\x1F', team, project, agent_name, environment, service_name)),
    concatWithSeparator('\x1F', scope_name, scope_version, dialect, dialect_rule, ingest_key_id),
    if(concat(provider, request_model, response_model, operation, service_tier, region, server_address, price_book_version) = '', '',
        concatWithSeparator('\x1F', provider, request_model, response_model, priced_model, operation, service_tier, region, server_address,
        '', price_book_version, toString(rules_version))),
    response_id, reported_cost,
    CAST(arrayMap((m, p, s, t) -> concat(m, '\x1F', substring(s, 1, t - 1), '\x1F', replaceAll(p, '\t', '\x1F'),
        if(t > length(s), '', concat(if(countSubstrings(p, '\t') = 3, repeat('\x1F', 4), '\x1F'), substring(s, t + 1)))),
        meter, price, price_state, arrayMap(s -> if(position(s, '\t') = 0, length(s) + 1, position(s, '\t')), price_state)), 'Array(LowCardinality(String))'),
    consumed_quantity, list_cost, [], own_cost, total_cost, total_cost, total_tokens, total_model_calls, total_tool_calls,
    if(suppressed_reason = '', '', concatWithSeparator('\x1F', suppressed_reason, suppressed_rule)),
    kept_trace_id, kept_span_id, stated_meter, stated_quantity, facts, received_at, revision, is_deleted, log_partition, log_offset
FROM spanledger_store.ledger
SETTINGS max_partitions_per_insert_block = 0, optimize_on_insert = 0, max_threads = 2, max_insert_threads = 1, max_block_size = 16384;
