import { TOPICS } from '@spanledger/schemas';
import type { LogTopic, SpanLog } from '@spanledger/spanlog';
import type { Warehouse } from '@spanledger/warehouse';
import type { Logger } from 'pino';
import type { Rater } from './rating/types.ts';
import { createRollupBuilder } from './rollups/rollup-builder.ts';
import { Attributor } from './worker/attributor.ts';
import { type AttributionKey, createKeyRing } from './worker/keys.ts';
import { createLedgerWriter } from './worker/ledger-writer.ts';
import { createReceipts } from './worker/receipts.ts';
import { releaseTopic } from './worker/release-topic.ts';
import { restoreClaims, restoreDirectory, rewindToReceipts } from './worker/restore.ts';
import { type AttributionStats, emptyStats } from './worker/stats.ts';
import { createWorker } from './worker/worker.ts';

export type AttributionSettings = {
  /** How far back a trace is looked for in the ledger when a span of it comes back. */
  readonly lookbackDays: number;
  /** Spans of recent traces kept in memory. */
  readonly cacheSpans: number;
  /** Recent calls among which twins in other traces are looked for. */
  readonly twinCalls: number;
  /** About how many bytes of records one batch takes. */
  readonly batchBytes: number;
};

export type AttributionOptions = {
  readonly log: SpanLog;
  readonly warehouse: Warehouse;
  readonly rater: Rater;
  readonly keys: readonly AttributionKey[];
  readonly clock: () => number;
  readonly logger: Logger;
  readonly settings: AttributionSettings;
  /** Parts of the warehouse were found broken at start: everything that the log still has is written again. */
  readonly brokenParts?: boolean;
  /** Called once, when all that was on the log at start is in the ledger: what was broken has been written again. */
  readonly onCaughtUp?: () => void;
};

export type Attribution = {
  /** Takes up what the ledger holds, then reads the log. */
  start(): Promise<void>;
  /** Works off what is on the log until `deadlineMs` have passed, builds the rollups once more and stops. */
  stop(deadlineMs: number): Promise<void>;
  stats(): AttributionStats;
  /** Resolves with the error when attribution cannot go on by itself. */
  readonly failed: Promise<Error>;
};

/** The consumer group of attribution on the span log. */
const GROUP = 'attribution';
const MAX_RESTORED_TRACES = 1 << 21;
const DRAIN_POLL_MS = 20;

/** From the span log to ledger and rollups (ARCHITECTURE.md, "The path of a span"). */
export function createAttribution(options: AttributionOptions): Attribution {
  const { log, warehouse, clock, logger, settings } = options;
  const stats = { ...emptyStats(), cachedSpansBound: settings.cacheSpans, claimsBound: settings.twinCalls };
  const spans = log.topic(TOPICS.spans);
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const stopWorker = new AbortController();
  const stopRollups = new AbortController();
  const released: { stop(): Promise<void> }[] = [];
  const rollups = createRollupBuilder({
    warehouse,
    clock,
    logger,
    onBuilt: () => (stats.rollupsBuilt += 1),
    onDifference: (picodollars) => (stats.rollupDifferencePicodollars = picodollars),
  });
  let running: Promise<unknown> | undefined;

  async function start(): Promise<void> {
    const consumer = spans.consumer(GROUP);
    const { rater } = options;
    const keys = createKeyRing(options.keys);
    const { lookbackDays, cacheSpans, twinCalls, batchBytes } = settings;
    const attributor = new Attributor({
      reader: warehouse,
      rater,
      keys,
      partitionCount: spans.partitionCount,
      clock,
      lookbackDays,
      cacheSpans,
      twinCalls,
      stats,
    });
    await rewindToReceipts(consumer, warehouse, {
      startOf: (partition) => spans.range(partition).start,
      brokenParts: options.brokenParts === true,
      logger,
    });
    const bounds = { nowMs: clock(), lookbackDays, maxTraces: MAX_RESTORED_TRACES };
    await restoreDirectory(attributor.directory, warehouse, bounds);
    const notices = await restoreClaims(attributor, warehouse, clock());
    if (notices.length > 0) await spans.append(notices);
    released.push(releaseRest(log.topic(TOPICS.logs), stats), releaseRest(log.topic(TOPICS.deadLetters), undefined));
    const worker = createWorker({
      log,
      consumer,
      attributor,
      writer: createLedgerWriter(warehouse),
      receipts: createReceipts(warehouse, clock),
      batchBytes,
      clock,
      logger,
      stats,
      onWritten: () => rollups.poke(),
      onCaughtUp: once(options.onCaughtUp ?? (() => undefined)),
    });
    const work = worker.run(stopWorker.signal).catch((error: unknown) => fail(asError(error)));
    const build = rollups.run(stopRollups.signal);
    running = Promise.all([work.finally(() => consumer.close()), build]);
  }

  async function stop(deadlineMs: number): Promise<void> {
    const until = clock() + deadlineMs;
    while (running !== undefined && stats.lagRecords > 0 && clock() < until && !stopWorker.signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
    stopWorker.abort();
    stopRollups.abort();
    await running;
    if (running !== undefined)
      await rollups.buildNow().catch((error: unknown) => logger.warn({ err: error }, 'rollups not built at stop'));
    running = undefined;
    await Promise.all(released.splice(0).map((topic) => topic.stop()));
  }

  return { start, stop, stats: () => ({ ...stats }), failed };
}

function releaseRest(topic: LogTopic, stats: AttributionStats | undefined) {
  return releaseTopic(topic, GROUP, (count) => {
    if (stats !== undefined) stats.unusedLogRecords += count;
  });
}

function once(call: () => void): () => void {
  let called = false;
  return () => {
    if (called) return;
    called = true;
    call();
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
