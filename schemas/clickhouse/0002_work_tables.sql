-- What each batch wrote: before its rows (so that a crash leaves a mark) and after them. The hours are what rollups must
-- recompute; partition and offsets say up to where the ledger holds the log, and are compared with it at start.
CREATE TABLE IF NOT EXISTS spanledger_store.receipts
(
    sequence UInt64,
    phase Enum8('before' = 1, 'after' = 2),
    written_at DateTime64(3, 'UTC'),
    log_partition UInt16,
    first_offset UInt64,
    next_offset UInt64,
    row_count UInt64,
    hours Array(DateTime('UTC'))
)
ENGINE = MergeTree
-- Read by sequence from the last rollup on, and dropped by the month.
PARTITION BY toYYYYMM(written_at)
ORDER BY sequence
TTL toDateTime(written_at) + INTERVAL 60 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;

-- Up to which receipt the rollups are built; one row, the newest wins.
CREATE TABLE IF NOT EXISTS spanledger_store.rollup_state
(
    id UInt8,
    built_through UInt64,
    built_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(built_through)
ORDER BY id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- One hour x owner x model x meter. Plain MergeTree: a day's partition is rebuilt beside and swapped in whole, so that
-- nothing between a dashboard and its answer has to merge versions.
CREATE TABLE IF NOT EXISTS spanledger_store.team_hours
(
    hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
    tenant LowCardinality(String),
    team LowCardinality(String),
    project LowCardinality(String),
    agent_name LowCardinality(String),
    environment LowCardinality(String),
    provider LowCardinality(String),
    model LowCardinality(String),
    meter LowCardinality(String),
    consumed_quantity Decimal(38, 9),
    list_cost Decimal(38, 12),
    calls UInt64,
    unpriced_calls UInt64,
    assumed_cost Decimal(38, 12)
)
ENGINE = MergeTree
PARTITION BY toDate(hour)
ORDER BY (hour, tenant, team, project, agent_name, environment, provider, model, meter)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;

-- One session x hour; a session over several hours or days is summed by the view.
CREATE TABLE IF NOT EXISTS spanledger_store.session_hours
(
    hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
    tenant LowCardinality(String),
    session_id String CODEC(ZSTD(1)),
    first_start DateTime64(9, 'UTC'),
    last_end DateTime64(9, 'UTC'),
    team LowCardinality(String),
    project LowCardinality(String),
    user_id String,
    environment LowCardinality(String),
    agent_names Array(LowCardinality(String)),
    trace_count UInt32,
    -- Money by the categories of meters and tokens by meter, as columns: a dashboard sums them over all sessions.
    input_cost Decimal(38, 12),
    cache_cost Decimal(38, 12),
    output_cost Decimal(38, 12),
    tool_cost Decimal(38, 12),
    api_cost Decimal(38, 12),
    compute_cost Decimal(38, 12),
    other_cost Decimal(38, 12),
    input_tokens Decimal(38, 9),
    cache_read_tokens Decimal(38, 9),
    cache_write_5m_tokens Decimal(38, 9),
    cache_write_1h_tokens Decimal(38, 9),
    cache_write_tokens Decimal(38, 9),
    output_tokens Decimal(38, 9),
    reasoning_tokens Decimal(38, 9),
    list_cost Decimal(38, 12),
    model_calls UInt64,
    tool_calls UInt64,
    api_calls UInt64,
    steps UInt64,
    agents UInt64,
    spans UInt64,
    errors UInt64,
    unpriced_calls UInt64,
    no_usage_calls UInt64,
    suppressed_spans UInt64,
    -- The status of the span that ends last, roots before others: the session's outcome as of this hour.
    outcome_root UInt8,
    outcome_end DateTime64(9, 'UTC'),
    outcome_error UInt8,
    -- Which sessions have rows in several hours is found by this.
    session_hash UInt64 DEFAULT cityHash64(tenant, session_id),
    INDEX session_id_bloom session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(hour)
ORDER BY (hour, tenant, session_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;

-- One tool call, in the hour of its start, with the sums that attribution keeps on its span.
CREATE TABLE IF NOT EXISTS spanledger_store.tool_calls
(
    hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
    tenant LowCardinality(String),
    session_id String CODEC(ZSTD(1)),
    trace_id String CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    parent_tool_call_span_id String CODEC(ZSTD(1)),
    tool_name LowCardinality(String),
    tool_call_id String CODEC(ZSTD(1)),
    agent_name LowCardinality(String),
    user_id String CODEC(ZSTD(1)),
    project LowCardinality(String),
    team LowCardinality(String),
    environment LowCardinality(String),
    charge_period_start DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    charge_period_end DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    own_cost Decimal(38, 12),
    total_cost Decimal(38, 12),
    total_tokens UInt64,
    total_model_calls UInt32,
    total_tool_calls UInt32,
    status Enum8('unset' = 0, 'ok' = 1, 'error' = 2),
    status_message String,
    -- Readers filter by the start itself, of which the key knows the hour only.
    INDEX charge_period_start_minmax charge_period_start TYPE minmax GRANULARITY 1,
    INDEX session_id_bloom session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(hour)
ORDER BY (hour, tenant, trace_id, span_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;

-- What could not be processed. The identity is where it stood on the log, so replaying the log adds no second row.
CREATE TABLE IF NOT EXISTS spanledger_store.dead_letters
(
    tenant LowCardinality(String),
    received_at DateTime64(3, 'UTC'),
    dead_since DateTime64(3, 'UTC'),
    topic LowCardinality(String),
    log_partition UInt16,
    log_offset UInt64,
    trace_id String,
    span_id String,
    reason LowCardinality(String),
    detail String,
    ingest_key_id LowCardinality(String),
    payload String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (topic, log_partition, log_offset, trace_id, span_id, reason)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- The price book in effect, written whole at start when its version is new.
CREATE TABLE IF NOT EXISTS spanledger_store.prices
(
    price_book_version LowCardinality(String),
    provider LowCardinality(String),
    model String,
    meter LowCardinality(String),
    price_id String,
    valid_from Nullable(DateTime('UTC')),
    valid_to Nullable(DateTime('UTC')),
    variant String,
    context_over_tokens UInt64,
    list_unit_price Decimal(38, 12),
    pricing_unit LowCardinality(String),
    pricing_unit_size UInt32,
    pricing_currency LowCardinality(String),
    source String
)
ENGINE = ReplacingMergeTree
ORDER BY (price_book_version, provider, model, meter, price_id, variant, context_over_tokens)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
