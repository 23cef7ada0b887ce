export type MetricDefinition = {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** Name of its one label, whose values are a closed list in the code. */
  readonly label?: string;
};

/** Every metric of `/metrics`; docs/metrics.md has the same list. */
export const METRICS = {
  spanledger_up_seconds: gauge('Seconds since the process was ready.'),
  spanledger_ingest_spans_accepted_total: counter('Spans that the span log has durably.'),
  spanledger_ingest_spans_truncated_total: counter(
    'Accepted spans that lost their largest attributes to fit the span log.',
  ),
  spanledger_ingest_spans_rejected_total: counter('Spans refused in the answer to their sender.', 'reason'),
  spanledger_ingest_log_records_accepted_total: counter('OTLP log records that the span log has durably.'),
  spanledger_ingest_log_records_truncated_total: counter(
    'Accepted OTLP log records that lost their largest attributes or their body to fit the span log.',
  ),
  spanledger_ingest_log_records_rejected_total: counter(
    'OTLP log records refused in the answer to their sender.',
    'reason',
  ),
  spanledger_ingest_unused_metric_points_total: counter('Data points of OTLP metrics: accepted, and not used.'),
  spanledger_ingest_requests_total: counter('OTLP requests by what became of them.', 'outcome'),
  spanledger_ingest_request_bytes_total: counter('Bytes of OTLP requests after decompression.'),
  spanledger_ingest_in_flight_bytes: gauge('Bytes of requests being received or waiting for the disk.'),
  spanledger_ingest_max_in_flight_bytes: gauge('Its bound: ingest.max_in_flight_bytes.'),
  spanledger_log_appended_records_total: counter('Records appended to the span log.'),
  spanledger_log_appended_bytes_total: counter('Bytes appended to the span log.'),
  spanledger_log_kept_bytes: gauge('Bytes that the span log keeps.', 'topic'),
  spanledger_log_backlog_bytes: gauge('Bytes that wait for attribution.', 'topic'),
  spanledger_log_max_backlog_bytes: gauge('Its bound: log.max_backlog_bytes.', 'topic'),
  spanledger_attribution_records_total: counter('Log records attributed.'),
  spanledger_attribution_spans_total: counter('Spans attributed.'),
  spanledger_attribution_repeated_spans_total: counter('Spans that were known already: sent or delivered again.'),
  spanledger_attribution_rows_written_total: counter('Rows written to the ledger, rewritten ones too.'),
  spanledger_attribution_charges_written_total: counter('Charge lines of rows written for the first time.'),
  spanledger_attribution_suppressed_total: counter('Spans whose usage is charged elsewhere.'),
  spanledger_attribution_unpriced_total: counter('Calls with usage but without a price.'),
  spanledger_attribution_no_usage_total: counter('Calls that state no usage.'),
  spanledger_attribution_dead_letters_total: counter('Records and spans that could not be processed.'),
  spanledger_attribution_late_traces_total: counter('Traces that came back after attribution.lookback_days.'),
  spanledger_attribution_pin_mismatches_total: counter(
    'Spans that claimed another team or project than their key pins.',
  ),
  spanledger_attribution_notices_total: counter('Notices to the owner of another trace about a twin.'),
  spanledger_attribution_orphan_notices_total: counter('Notices whose span is not in the ledger.'),
  spanledger_attribution_log_records_total: counter('OTLP log records read.'),
  spanledger_attribution_event_spans_total: counter('OTLP log records that tell of a model request and became spans.'),
  spanledger_attribution_unused_log_records_total: counter('OTLP log records that tell of no model request.'),
  spanledger_attribution_reloaded_rows_total: counter('Rows read back because their trace had left the cache.'),
  spanledger_attribution_deferred_traces_total: counter('Traces whose rewriting was put off to bound its work.'),
  spanledger_attribution_batches_total: counter('Batches written.'),
  spanledger_attribution_cached_spans: gauge('Spans of recent traces in memory.'),
  spanledger_attribution_max_cached_spans: gauge('Its bound: attribution.cache_spans.'),
  spanledger_attribution_known_traces: gauge('Traces known to be in the ledger.'),
  spanledger_attribution_twin_calls: gauge('Recent calls among which twins are looked for.'),
  spanledger_attribution_max_twin_calls: gauge('Its bound: attribution.twin_calls.'),
  spanledger_attribution_lag_records: gauge('Log records that wait for attribution.'),
  spanledger_attribution_lag_bytes: gauge('Their bytes.'),
  spanledger_attribution_lag_seconds: gauge('Age of the oldest of them.'),
  spanledger_rollups_built_total: counter('Times that rollups were brought up to date.'),
  spanledger_rollup_difference_picodollars: gauge(
    'Ledger minus rollups at the last check; anything but 0 is a defect.',
  ),
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;

/** A figure, or figures by the value of the metric's label. */
export type MetricValue = number | Readonly<Record<string, number>>;

/** What the parts count now; a part that does not run is absent. */
export type MetricSnapshot = { readonly [Name in MetricName]?: MetricValue };

function counter(help: string, label?: string): MetricDefinition {
  return { type: 'counter', help, ...(label === undefined ? {} : { label }) };
}

function gauge(help: string, label?: string): MetricDefinition {
  return { type: 'gauge', help, ...(label === undefined ? {} : { label }) };
}
