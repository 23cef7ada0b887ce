import type { TopicName } from '@spanledger/schemas';
import { spanLogError } from '../errors.ts';
import type { LogRecord, LogTopic } from '../span-log.ts';
import { createArrivals } from './arrivals.ts';
import { openTopicEntry } from './catalog.ts';
import { createConsumer } from './consumer.ts';
import type { DiskSpace } from './disk-space.ts';
import { committedByAll, createGroup, type Group, readGroups } from './group.ts';
import { MAX_KEY_ID_BYTES } from './keys.ts';
import { openPartition, type Partition, recordBytes } from './partition.ts';
import type { RetainedTopic } from './retention.ts';
import type { Store } from './store.ts';
import type { Change, Writer } from './writer.ts';

export type EmbeddedTopic = LogTopic & RetainedTopic & { wakeConsumers(): void };

export type TopicOptions = {
  name: TopicName;
  partitionCount: number;
  maxBacklogBytes: number;
  /** Appends that wait for the disk may hold this much memory, over all topics. */
  maxPendingBytes: number;
  store: Store;
  writer: Writer;
  diskSpace: DiskSpace;
  isStopping(): boolean;
};

export function openTopic(options: TopicOptions): EmbeddedTopic {
  const { name, partitionCount, maxBacklogBytes, maxPendingBytes, store, writer, diskSpace, isStopping } = options;
  const entry = openTopicEntry(store, name, partitionCount);
  const partitions = Array.from({ length: partitionCount }, (_, index) => openPartition(store, entry.index, index));
  const groups = new Map(readGroups(store, entry.index).map((group) => [group.name, group]));
  const members = new Set<string>();
  const arrivals = createArrivals();
  let pendingBytes = 0;

  const committedFloor = (partition: Partition) => committedByAll(groups.values(), partition);
  const backlogBytes = () =>
    partitions.reduce((sum, partition) => sum + partition.end().position - committedFloor(partition).position, 0) +
    pendingBytes;

  function assertOpen(): void {
    if (isStopping()) throw spanLogError('SPL_LOG_STOPPED', 'The span log was stopped: send the data again later.');
    const failure = writer.failure();
    if (failure !== undefined) throw failure;
  }

  function partitionAt(index: number): Partition {
    const partition = partitions[index];
    if (partition === undefined) throw new RangeError(`${name}: partition ${index} of ${partitionCount}`);
    return partition;
  }

  /** A single append larger than a bound is let through when nothing else is waiting: it could never pass else. */
  function checkBounds(bytes: number): void {
    const backlog = backlogBytes();
    if (backlog > 0 && backlog + bytes > maxBacklogBytes) {
      const message = `Topic ${name} holds ${backlog} bytes that consumers have not committed, at most ${maxBacklogBytes} are allowed: wait, or see why they lag.`;
      throw spanLogError('SPL_LOG_FULL', message);
    }
    const waiting = writer.pendingBytes();
    if (waiting > 0 && waiting + bytes > maxPendingBytes) {
      const message = `${waiting} bytes wait for the disk, at most ${maxPendingBytes} are allowed: wait, the disk is slow.`;
      throw spanLogError('SPL_LOG_FULL', message);
    }
    diskSpace.check(bytes);
  }

  function appendChange(byPartition: ReadonlyMap<Partition, readonly LogRecord[]>, bytes: number): Change {
    const settle = (outcome: 'publish' | 'discard') => {
      pendingBytes -= bytes;
      for (const partition of byPartition.keys()) partition[outcome]();
    };
    return {
      bytes,
      write: (target) => {
        for (const [partition, records] of byPartition) partition.stageAppend(target, records);
      },
      publish: () => {
        settle('publish');
        arrivals.announce();
      },
      discard: () => settle('discard'),
    };
  }

  function groupNamed(groupName: string): Group {
    const known = groups.get(groupName);
    if (known !== undefined) return known;
    const group = createGroup(
      entry.index,
      groupName,
      partitions.map((partition) => partition.start()),
    );
    groups.set(groupName, group);
    return group;
  }

  return {
    name,
    id: entry.id,
    partitionCount,
    partitions,
    committedFloor,
    wakeConsumers: arrivals.announce,
    async append(records) {
      assertOpen();
      if (records.length === 0) return;
      for (const record of records) checkRecord(name, record);
      const byPartition = Map.groupBy(records, ({ partition }) => partitionAt(partition));
      const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
      checkBounds(bytes);
      pendingBytes += bytes;
      await writer.submit(appendChange(byPartition, bytes));
    },
    range(index) {
      const partition = partitionAt(index);
      return { start: partition.start().offset, end: partition.end().offset };
    },
    consumer(groupName) {
      assertOpen();
      if (members.has(groupName)) {
        const message = `Group ${groupName} of topic ${name} already has a member, which owns all partitions: close it first.`;
        throw spanLogError('SPL_LOG_GROUP_TAKEN', message);
      }
      const group = groupNamed(groupName);
      members.add(groupName);
      const onClose = () => members.delete(groupName);
      return createConsumer({ topicName: name, partitions, group, writer, arrivals, assertOpen, isStopping, onClose });
    },
    stats: () => ({
      partitions: partitions.map((partition) => statsOf(partition)),
      backlogBytes: backlogBytes(),
      maxBacklogBytes,
    }),
  };
}

/** Mistakes of the caller's, found before anything is written. */
function checkRecord(topic: string, { receivedAtMs, keyId }: LogRecord): void {
  if (!Number.isInteger(receivedAtMs) || receivedAtMs < 0 || receivedAtMs >= 2 ** 48) {
    throw new RangeError(`${topic}: receivedAtMs is ${receivedAtMs}, expected whole milliseconds since 1970`);
  }
  if (keyId.length > MAX_KEY_ID_BYTES || Buffer.byteLength(keyId) > MAX_KEY_ID_BYTES) {
    throw new RangeError(`${topic}: keyId is longer than ${MAX_KEY_ID_BYTES} bytes`);
  }
}

function statsOf(partition: Partition) {
  const start = partition.start();
  const end = partition.end();
  return { start: start.offset, end: end.offset, bytes: end.position - start.position };
}
