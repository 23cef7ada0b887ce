import type { TopicName } from '@spanledger/schemas';
import type { LogRecord, LogTopic } from '@spanledger/spanlog';

/** A LogTopic that keeps its records in memory and can be told to fail or to wait. */
export type MemoryTopic = LogTopic & {
  readonly records: LogRecord[];
  /** Appends throw this while it is set. */
  failure: Error | undefined;
  /** Appends wait for this while it is set. */
  gate: Promise<void> | undefined;
};

export function memoryTopic(name: TopicName, partitionCount = 4): MemoryTopic {
  const records: LogRecord[] = [];
  const topic: MemoryTopic = {
    name,
    id: 'memory',
    partitionCount,
    records,
    failure: undefined,
    gate: undefined,
    async append(appended) {
      await topic.gate;
      if (topic.failure !== undefined) throw topic.failure;
      for (const record of appended) records.push({ ...record, value: Buffer.from(record.value) });
    },
    range: (partition) => ({ start: 0, end: records.filter((record) => record.partition === partition).length }),
    stats: () => ({ partitions: [], backlogBytes: 0, maxBacklogBytes: 0 }),
    consumer() {
      throw new Error('The memory topic has no consumers.');
    },
  };
  return topic;
}
