import { TOPICS } from '@spanledger/schemas';
import type { LogConsumer, SpanLog } from '@spanledger/spanlog';
import type { Warehouse } from '@spanledger/warehouse';
import type { Logger } from 'pino';
import type { OwnerAttributes } from './decode/owner-keys.ts';
import { createEventStage } from './events/event-stage.ts';
import type { Rater } from './rating/types.ts';
import { createRollupBuilder } from './rollups/rollup-builder.ts';
import { Attributor } from './worker/attributor.ts';
import { createBury } from './worker/bury.ts';
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
  /** Attributes that name team and project beside `spanledger.team` and `spanledger.project`. */
  readonly ownerAttributes?: OwnerAttributes;
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

type Running = {
  readonly spans: LogConsumer;
  readonly logs: LogConsumer;
  readonly released: { stop(): Promise<void> };
  readonly events: Promise<void>;
  readonly worker: Promise<void>;
  readonly rollups: Promise<void>;
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
  const logs = log.topic(TOPICS.logs);
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const stopEvents = new AbortController();
  const stopWorker = new AbortController();
  const stopRollups = new AbortController();
  const rollups = createRollupBuilder({
    warehouse,
    clock,
    logger,
    onBuilt: () => (stats.rollupsBuilt += 1),
    onDifference: (picodollars) => (stats.rollupDifferencePicodollars = picodollars),
  });
  let running: Running | undefined;
  let stopping: Promise<void> | undefined;

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
      ...(settings.ownerAttributes === undefined ? {} : { ownerAttributes: settings.ownerAttributes }),
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
    const deadLetters = log.topic(TOPICS.deadLetters);
    const writer = createLedgerWriter(warehouse);
    const bury = createBury({ deadLetters, writer, clock, logger, stats });
    const eventsConsumer = logs.consumer(GROUP);
    const events = createEventStage({ consumer: eventsConsumer, spans, keys, bury, batchBytes, stats });
    const worker = createWorker({
      log,
      consumer,
      attributor,
      writer,
      receipts: createReceipts(warehouse, clock),
      bury,
      batchBytes,
      clock,
      stats,
      onWritten: () => rollups.poke(),
      onCaughtUp: once(options.onCaughtUp ?? (() => undefined)),
    });
    running = {
      ...{ spans: consumer, logs: eventsConsumer, released: releaseTopic(deadLetters, GROUP) },
      events: events.run(stopEvents.signal).catch((error: unknown) => fail(asError(error))),
      worker: worker.run(stopWorker.signal).catch((error: unknown) => fail(asError(error))),
      rollups: rollups.run(stopRollups.signal),
    };
  }

  /** First the log records, which become spans, then the spans. */
  async function end(parts: Running, deadlineMs: number): Promise<void> {
    const untilMs = clock() + deadlineMs;
    await drained(parts.logs, untilMs);
    stopEvents.abort();
    await parts.events;
    await drained(parts.spans, untilMs);
    stopWorker.abort();
    stopRollups.abort();
    await Promise.all([parts.worker, parts.rollups]);
    await Promise.all([parts.logs.close(), parts.spans.close(), parts.released.stop()]);
    await rollups.buildNow().catch((error: unknown) => logger.warn({ err: error }, 'rollups not built at stop'));
  }

  async function drained(consumer: LogConsumer, untilMs: number): Promise<void> {
    while (clock() < untilMs && isBehind(consumer)) await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
  }

  async function stop(deadlineMs: number): Promise<void> {
    if (running !== undefined) stopping ??= end(running, deadlineMs);
    await stopping;
  }

  return { start, stop, stats: () => ({ ...stats }), failed };
}

/** A log that failed cannot be worked off. */
function isBehind(consumer: LogConsumer): boolean {
  try {
    return consumer.lag().records > 0;
  } catch {
    return false;
  }
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
