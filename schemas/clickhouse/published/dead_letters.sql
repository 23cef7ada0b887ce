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
