import type { Logger } from 'pino';
import type { RecordKey } from './keys.ts';
import type { Mark, Partition } from './partition.ts';
import type { Change, Writer } from './writer.ts';

/** What is kept of each topic after every group has committed it; what exceeds either bound is deleted. */
export type Retention = { readonly maxBytes: number; readonly maxAgeMs: number };

export type RetainedTopic = {
  readonly partitions: readonly Partition[];
  /** Nothing at or after this mark may be deleted. */
  committedFloor(partition: Partition): Mark;
};

/** Bounds the event loop's and the transaction's time: about a millisecond of scanning. */
const MAX_REMOVALS_PER_SLICE = 256;

/** Deletes what need not be kept any longer, every `intervalMs`, in slices that share transactions with appends. */
export function startRetention(options: {
  topics: readonly RetainedTopic[];
  retention: Retention;
  intervalMs: number;
  writer: Writer;
  clock: () => number;
  logger: Pick<Logger, 'warn'>;
}): { stop(): Promise<void> } {
  const { topics, retention, intervalMs, writer, clock, logger } = options;
  let stopped = false;
  let sweeping: Promise<void> | undefined;

  async function sweep(topic: RetainedTopic): Promise<void> {
    let removedCount = 0;
    do {
      if (expiredHead(topic, retention, clock()) === undefined) return;
      const slice = removalSlice(topic, retention, clock());
      await writer.submit(slice.change);
      removedCount = slice.removedCount();
    } while (removedCount > 0 && !stopped);
  }

  async function sweepAll(): Promise<void> {
    try {
      for (const topic of topics) await sweep(topic);
    } catch (error) {
      if (writer.failure() === undefined) logger.warn({ err: error }, 'the span log could not delete old records');
    }
    sweeping = undefined;
  }

  const timer = setInterval(() => {
    sweeping ??= sweepAll();
  }, intervalMs).unref();

  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await sweeping;
    },
  };
}

/** What goes is decided when the transaction is written, so that a group that registers meanwhile is respected. */
function removalSlice(topic: RetainedTopic, retention: Retention, nowMs: number) {
  let removals = new Map<Partition, RecordKey[]>();
  const change: Change = {
    bytes: 0,
    write(store) {
      removals = chooseRemovals(topic, retention, nowMs);
      for (const [partition, keys] of removals) partition.stageRemoval(store, keys);
    },
    publish: () => {
      for (const partition of removals.keys()) partition.publish();
    },
    discard: () => {
      for (const partition of removals.keys()) partition.discard();
    },
  };
  return { change, removedCount: () => removals.size };
}

/** The oldest committed records over all partitions, by receive time, until both bounds hold or the slice is full. */
function chooseRemovals(topic: RetainedTopic, retention: Retention, nowMs: number): Map<Partition, RecordKey[]> {
  const queues = topic.partitions.map((partition) => candidates(topic, partition));
  const removals = new Map<Partition, RecordKey[]>();
  let keptBytes = bytesOf(topic);
  for (let count = 0; count < MAX_REMOVALS_PER_SLICE; count += 1) {
    const oldest = oldestOf(queues);
    const head = oldest?.keys[oldest.next];
    if (oldest === undefined || head === undefined || !isExpired(head, keptBytes, retention, nowMs)) break;
    oldest.next += 1;
    keptBytes -= head.endPosition - oldest.position;
    oldest.position = head.endPosition;
    removals.set(oldest.partition, oldest.keys.slice(0, oldest.next));
    if (oldest.next === oldest.keys.length && oldest.hasMore) break;
  }
  return removals;
}

type Queue = {
  readonly partition: Partition;
  readonly keys: readonly RecordKey[];
  readonly hasMore: boolean;
  next: number;
  position: number;
};

function candidates(topic: RetainedTopic, partition: Partition): Queue {
  const limit = Math.max(4, Math.floor(MAX_REMOVALS_PER_SLICE / topic.partitions.length));
  const start = partition.start();
  const keys = partition.keys(start.offset, topic.committedFloor(partition).offset, limit);
  return { partition, keys, hasMore: keys.length === limit, next: 0, position: start.position };
}

function oldestOf(queues: readonly Queue[]): Queue | undefined {
  let oldest: Queue | undefined;
  let oldestMs = Number.POSITIVE_INFINITY;
  for (const queue of queues) {
    const receivedAtMs = queue.keys[queue.next]?.receivedAtMs;
    if (receivedAtMs === undefined || receivedAtMs >= oldestMs) continue;
    oldest = queue;
    oldestMs = receivedAtMs;
  }
  return oldest;
}

/** Whether a sweep would delete anything: one key per partition is read. */
function expiredHead(topic: RetainedTopic, retention: Retention, nowMs: number): RecordKey | undefined {
  const keptBytes = bytesOf(topic);
  return topic.partitions
    .flatMap((partition) => partition.keys(partition.start().offset, topic.committedFloor(partition).offset, 1))
    .find((head) => isExpired(head, keptBytes, retention, nowMs));
}

function isExpired(head: RecordKey, keptBytes: number, { maxBytes, maxAgeMs }: Retention, nowMs: number): boolean {
  return keptBytes > maxBytes || head.receivedAtMs < nowMs - maxAgeMs;
}

function bytesOf({ partitions }: RetainedTopic): number {
  return partitions.reduce((sum, partition) => sum + partition.end().position - partition.start().position, 0);
}
