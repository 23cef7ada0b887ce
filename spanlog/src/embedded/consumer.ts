import { spanLogError } from '../errors.ts';
import type { LogConsumer, PartitionBatch } from '../span-log.ts';
import type { Arrivals } from './arrivals.ts';
import type { Group } from './group.ts';
import type { Mark, Partition } from './partition.ts';
import type { Writer } from './writer.ts';

/** The one member of a group: owns all partitions, starts where the group has committed. */
export function createConsumer(options: {
  topicName: string;
  partitions: readonly Partition[];
  group: Group;
  writer: Writer;
  arrivals: Arrivals;
  /** Throws when the log takes no calls any more. */
  assertOpen(): void;
  isStopping(): boolean;
  onClose(): void;
}): LogConsumer {
  const { partitions, group, writer, arrivals } = options;
  const positions = partitions.map(({ index }) => group.committed(index).offset);
  const label = `Group ${group.name} of topic ${options.topicName}`;
  let firstPartition = 0;
  let closed = false;
  let registration: Promise<void> | undefined;

  /** Until the group itself is durable a crash would forget it, and retention what it has not read: it reads nothing. */
  function register(): Promise<void> {
    registration ??= writer.submit(group.advance(new Map())).catch((error: unknown) => {
      registration = undefined;
      throw error;
    });
    return registration;
  }

  function assertUsable(): void {
    options.assertOpen();
    if (closed) throw spanLogError('SPL_LOG_CONSUMER_CLOSED', `${label}: the consumer is closed; make another one.`);
  }

  /** Each partition gets its share of `maxBytes`, beginning with another one each time. */
  function read(maxBytes: number): PartitionBatch[] {
    const batches: PartitionBatch[] = [];
    let remainingBytes = maxBytes;
    for (let step = 0; step < partitions.length && remainingBytes > 0; step += 1) {
      const partition = partitionAt((firstPartition + step) % partitions.length);
      const share = Math.ceil(remainingBytes / (partitions.length - step));
      const records = partition.read(positionIn(partition), partition.end().offset, share);
      const last = records.at(-1);
      if (last === undefined) continue;
      positions[partition.index] = last.offset + 1;
      remainingBytes -= records.reduce((bytes, { value }) => bytes + value.byteLength, 0);
      batches.push({ partition: partition.index, records });
    }
    firstPartition = (firstPartition + 1) % partitions.length;
    return batches;
  }

  function positionIn(partition: Partition): number {
    const position = positions[partition.index] ?? 0;
    const { offset: start } = partition.start();
    if (position >= start) return position;
    const message = `${label}: offset ${position} of partition ${partition.index} has been deleted by retention, the first kept is ${start}: seek there.`;
    throw spanLogError('SPL_LOG_OFFSET_OUT_OF_RANGE', message);
  }

  function partitionAt(index: number): Partition {
    const partition = partitions[index];
    if (partition === undefined) throw new RangeError(`${label}: there is no partition ${index}`);
    return partition;
  }

  function checkOffset(partition: Partition, offset: number, start: number): void {
    const end = partition.end().offset;
    if (Number.isInteger(offset) && offset >= start && offset <= end) return;
    const message = `${label}: offset ${offset} of partition ${partition.index} lies outside of ${start} to ${end}.`;
    throw spanLogError('SPL_LOG_OFFSET_OUT_OF_RANGE', message);
  }

  function marksOf(nextOffsets: ReadonlyMap<number, number>): Map<number, Mark> {
    const marks = new Map<number, Mark>();
    for (const [index, offset] of nextOffsets) {
      const partition = partitionAt(index);
      checkOffset(partition, offset, 0);
      if (offset > group.committed(index).offset) marks.set(index, partition.markAt(offset));
    }
    return marks;
  }

  return {
    assigned: () => (closed ? [] : partitions.map(({ index }) => index)),
    async poll({ maxBytes, maxWaitMs, signal }) {
      assertUsable();
      await register();
      const deadlineMs = performance.now() + maxWaitMs;
      while (true) {
        if (closed || options.isStopping() || signal?.aborted) return [];
        const batches = read(Math.max(1, maxBytes));
        const waitMs = deadlineMs - performance.now();
        if (batches.length > 0 || waitMs <= 0) return batches;
        await arrivals.next(waitMs, signal);
      }
    },
    async commit(nextOffsets) {
      assertUsable();
      const marks = marksOf(nextOffsets);
      if (marks.size > 0) await writer.submit(group.advance(marks));
    },
    committed: (partition) => group.committed(partition).offset,
    seek(index, offset) {
      assertUsable();
      const partition = partitionAt(index);
      checkOffset(partition, offset, partition.start().offset);
      positions[index] = offset;
    },
    lag() {
      options.assertOpen();
      const lags = partitions.map((partition) => lagOf(partition, group.committed(partition.index)));
      const oldest = lags.flatMap(({ oldestReceivedAtMs }) => oldestReceivedAtMs ?? []);
      return {
        records: lags.reduce((sum, { records }) => sum + records, 0),
        bytes: lags.reduce((sum, { bytes }) => sum + bytes, 0),
        oldestReceivedAtMs: oldest.length === 0 ? undefined : Math.min(...oldest),
      };
    },
    async close() {
      if (closed) return;
      closed = true;
      options.onClose();
      arrivals.announce();
    },
  };
}

function lagOf(partition: Partition, committed: Mark) {
  const end = partition.end();
  const [oldest] = partition.keys(committed.offset, end.offset, 1);
  return {
    records: end.offset - committed.offset,
    bytes: end.position - committed.position,
    oldestReceivedAtMs: oldest?.receivedAtMs,
  };
}
