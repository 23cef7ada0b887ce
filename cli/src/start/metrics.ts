import type { AttributionStats } from '@spanledger/attribution';
import type { IngestCounters } from '@spanledger/ingest';
import type { MetricSnapshot } from '@spanledger/reports';
import type { Config } from '@spanledger/schemas';
import type { LogTopic } from '@spanledger/spanlog';

export type MetricSources = {
  readonly ingest: () => IngestCounters | undefined;
  readonly attribution: () => AttributionStats;
  readonly topics: readonly LogTopic[];
  readonly config: Config;
  readonly startedAtMs: number;
  readonly clock: () => number;
};

/** What every part counts, under the names of the HTTP API's metrics. */
export function metricSnapshot(sources: MetricSources): MetricSnapshot {
  const { ingest, attribution, topics, config, startedAtMs, clock } = sources;
  const counters = ingest();
  return {
    spanledger_up_seconds: Math.max(0, (clock() - startedAtMs) / 1000),
    ...(counters === undefined ? {} : ingestMetrics(counters, config)),
    ...logMetrics(topics),
    ...attributionMetrics(attribution(), clock()),
  };
}

function ingestMetrics(counters: IngestCounters, config: Config): MetricSnapshot {
  return {
    spanledger_ingest_spans_accepted_total: counters.spansAccepted,
    spanledger_ingest_spans_truncated_total: counters.spansTruncated,
    spanledger_ingest_spans_rejected_total: counters.spansRejected,
    spanledger_ingest_log_records_accepted_total: counters.logRecordsAccepted,
    spanledger_ingest_log_records_truncated_total: counters.logRecordsTruncated,
    spanledger_ingest_log_records_rejected_total: counters.logRecordsRejected,
    spanledger_ingest_unused_metric_points_total: counters.unusedMetricPoints,
    spanledger_ingest_requests_total: counters.requests,
    spanledger_ingest_request_bytes_total: counters.requestBytes,
    spanledger_ingest_in_flight_bytes: counters.inFlightBytes,
    spanledger_ingest_max_in_flight_bytes: config['ingest.max_in_flight_bytes'],
    spanledger_log_appended_records_total: counters.appendedRecords,
    spanledger_log_appended_bytes_total: counters.appendedBytes,
  };
}

function logMetrics(topics: readonly LogTopic[]): MetricSnapshot {
  const stats = topics.map((topic) => ({ name: topic.name, ...topic.stats() }));
  const byTopic = (figure: (topic: (typeof stats)[number]) => number) =>
    Object.fromEntries(stats.map((topic) => [topic.name, figure(topic)]));
  return {
    spanledger_log_kept_bytes: byTopic(({ partitions }) => partitions.reduce((sum, { bytes }) => sum + bytes, 0)),
    spanledger_log_backlog_bytes: byTopic(({ backlogBytes }) => backlogBytes),
    spanledger_log_max_backlog_bytes: byTopic(({ maxBacklogBytes }) => maxBacklogBytes),
  };
}

function attributionMetrics(stats: AttributionStats, nowMs: number): MetricSnapshot {
  const { oldestReceivedAtMs } = stats;
  return {
    spanledger_attribution_records_total: stats.records,
    spanledger_attribution_spans_total: stats.spans,
    spanledger_attribution_repeated_spans_total: stats.repeatedSpans,
    spanledger_attribution_rows_written_total: stats.rowsWritten,
    spanledger_attribution_charges_written_total: stats.chargesWritten,
    spanledger_attribution_suppressed_total: stats.suppressed,
    spanledger_attribution_unpriced_total: stats.unpriced,
    spanledger_attribution_no_usage_total: stats.noUsage,
    spanledger_attribution_dead_letters_total: stats.deadLetters,
    spanledger_attribution_late_traces_total: stats.lateTraces,
    spanledger_attribution_pin_mismatches_total: stats.pinMismatches,
    spanledger_attribution_notices_total: stats.notices,
    spanledger_attribution_orphan_notices_total: stats.orphanNotices,
    spanledger_attribution_log_records_total: stats.logRecords,
    spanledger_attribution_event_spans_total: stats.eventSpans,
    spanledger_attribution_unused_log_records_total: stats.unusedLogRecords,
    spanledger_attribution_reloaded_rows_total: stats.reloadedRows,
    spanledger_attribution_deferred_traces_total: stats.deferredTraces,
    spanledger_attribution_batches_total: stats.batches,
    spanledger_attribution_cached_spans: stats.cachedSpans,
    spanledger_attribution_max_cached_spans: stats.cachedSpansBound,
    spanledger_attribution_known_traces: stats.knownTraces,
    spanledger_attribution_twin_calls: stats.claims,
    spanledger_attribution_max_twin_calls: stats.claimsBound,
    spanledger_attribution_lag_records: stats.lagRecords,
    spanledger_attribution_lag_bytes: stats.lagBytes,
    spanledger_attribution_lag_seconds:
      oldestReceivedAtMs === undefined ? 0 : Math.max(0, nowMs - oldestReceivedAtMs) / 1000,
    spanledger_rollups_built_total: stats.rollupsBuilt,
    spanledger_rollup_difference_picodollars: Number(stats.rollupDifferencePicodollars),
  };
}
