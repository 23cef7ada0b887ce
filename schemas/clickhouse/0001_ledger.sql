-- The ledger: one row per span, its charge lines as arrays beside its facts. Why not a row per charge: docs/decisions/0001.
--
-- ORDER BY: the identity of a span, which never changes: the minute of its start, tenant, trace, span and posting. Minute
-- first, so that recomputing an hour reads that hour. Who is charged (team, session ...) may be learnt later and is a value.
-- PARTITION BY: the day of the start, as immutable as the key, so FINAL never has to look across partitions.
-- Codecs: ids are hex noise (ZSTD halves them), times grow (Delta), the rest is LowCardinality or small.
CREATE TABLE IF NOT EXISTS spanledger_store.ledger
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
    scope_name LowCardinality(String),
    scope_version LowCardinality(String),
    size_bytes UInt32,

    session_id String CODEC(ZSTD(1)),
    step_span_id String CODEC(ZSTD(1)),
    tool_call_span_id String CODEC(ZSTD(1)),
    tool_call_path Array(String) CODEC(ZSTD(1)),
    tool_name LowCardinality(String),
    agent_name LowCardinality(String),
    user_id String CODEC(ZSTD(1)),
    project LowCardinality(String),
    team LowCardinality(String),
    environment LowCardinality(String),
    service_name LowCardinality(String),

    dialect LowCardinality(String),
    dialect_rule LowCardinality(String),
    tool_call_id String CODEC(ZSTD(1)),
    provider LowCardinality(String),
    request_model LowCardinality(String),
    response_model LowCardinality(String),
    priced_model LowCardinality(String),
    operation LowCardinality(String),
    response_id String CODEC(ZSTD(1)),
    service_tier LowCardinality(String),
    region LowCardinality(String),
    server_address LowCardinality(String),
    reported_cost Nullable(Decimal(38, 12)),

    -- The charge lines. Few arrays, because a query that unfolds them pays for each: what follows from the price alone
    -- stands in one dictionary word, `price` = id, unit, unit size, list price (tab-separated), and `price_state` is the
    -- price status, a tab and the reason. The view takes them apart again.
    meter Array(LowCardinality(String)),
    consumed_quantity Array(Decimal(38, 9)) CODEC(ZSTD(1)),
    list_cost Array(Decimal(38, 12)) CODEC(ZSTD(1)),
    price Array(LowCardinality(String)),
    price_state Array(LowCardinality(String)),

    -- The span's own cost, and for tool calls and agents everything beneath them too.
    own_cost Decimal(38, 12) CODEC(ZSTD(1)),
    total_cost Decimal(38, 12) CODEC(ZSTD(1)),
    total_tokens UInt64 CODEC(ZSTD(1)),
    total_model_calls UInt32,
    total_tool_calls UInt32,

    suppressed_reason LowCardinality(String),
    suppressed_rule LowCardinality(String),
    kept_trace_id String CODEC(ZSTD(1)),
    kept_span_id String CODEC(ZSTD(1)),
    -- Usage as this span states it, where that is not what was charged (suppressed, or completed from a twin).
    stated_meter Array(LowCardinality(String)),
    stated_quantity Array(Decimal(38, 9)) CODEC(ZSTD(1)),

    -- What attribution needs beyond the columns to take the trace up again later (JSON, written and read by attribution).
    facts String CODEC(ZSTD(1)),
    ingest_key_id LowCardinality(String),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    price_book_version LowCardinality(String),
    rules_version UInt16,
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
-- merge_selector_base: merging rows of 60 columns is most of what a span costs the engine, so parts are merged ten at a
-- time instead of five (measured: docs/decisions/0001).
SETTINGS index_granularity = 8192, min_bytes_for_wide_part = 268435456, merge_selector_base = 10,
    fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
