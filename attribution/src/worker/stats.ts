/** Counters since start and present sizes; each is a metric (docs/metrics.md). */
export type AttributionStats = {
  records: number;
  spans: number;
  repeatedSpans: number;
  rowsWritten: number;
  chargesWritten: number;
  suppressed: number;
  unpriced: number;
  noUsage: number;
  deadLetters: number;
  lateTraces: number;
  pinMismatches: number;
  notices: number;
  orphanNotices: number;
  logRecords: number;
  eventSpans: number;
  unusedLogRecords: number;
  reloadedRows: number;
  deferredTraces: number;
  batches: number;
  cachedSpans: number;
  cachedSpansBound: number;
  knownTraces: number;
  claims: number;
  claimsBound: number;
  lagRecords: number;
  lagBytes: number;
  oldestReceivedAtMs: number | undefined;
  rollupsBuilt: number;
  rollupDifferencePicodollars: bigint;
};

export function emptyStats(): AttributionStats {
  return {
    records: 0,
    spans: 0,
    repeatedSpans: 0,
    rowsWritten: 0,
    chargesWritten: 0,
    suppressed: 0,
    unpriced: 0,
    noUsage: 0,
    deadLetters: 0,
    lateTraces: 0,
    pinMismatches: 0,
    notices: 0,
    orphanNotices: 0,
    logRecords: 0,
    eventSpans: 0,
    unusedLogRecords: 0,
    reloadedRows: 0,
    deferredTraces: 0,
    batches: 0,
    cachedSpans: 0,
    cachedSpansBound: 0,
    knownTraces: 0,
    claims: 0,
    claimsBound: 0,
    lagRecords: 0,
    lagBytes: 0,
    oldestReceivedAtMs: undefined,
    rollupsBuilt: 0,
    rollupDifferencePicodollars: 0n,
  };
}
