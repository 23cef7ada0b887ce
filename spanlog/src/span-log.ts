import type { TopicName } from '@spanledger/schemas';

/** What ingest appends: `value` is a valid serialised ExportTraceServiceRequest (or logs request, or a notice). */
export type LogRecord = {
  readonly partition: number;
  /** Id of the ingest key that the data came with, never the key; '' where no key was needed. */
  readonly keyId: string;
  readonly receivedAtMs: number;
  readonly kind: RecordKind;
  readonly value: Uint8Array;
};

/**
 * `otlp`: telemetry as received. `notice`: written by an attribution worker for the owner of another
 * trace ("your call is the twin of mine"), so that order, replay and restarts stay right.
 */
export type RecordKind = 'otlp' | 'notice';

export type StoredRecord = LogRecord & { readonly offset: number };

/** Records of one partition in the order of their offsets. */
export type PartitionBatch = { readonly partition: number; readonly records: readonly StoredRecord[] };

export type ConsumerLag = {
  readonly records: number;
  readonly bytes: number;
  /** Receive time of the oldest record not yet committed; undefined when there is none. */
  readonly oldestReceivedAtMs: number | undefined;
};

/** One member of a consumer group; reads each record at least once, in order within its partition. */
export interface LogConsumer {
  /** Partitions that this member owns now. Embedded: all of them. */
  assigned(): readonly number[];
  /**
   * The next records after those already polled, at most about `maxBytes` of values in all; waits up to `maxWaitMs`
   * for the first one and then returns an empty list. Ends early, empty, when `signal` aborts.
   */
  poll(options: { maxBytes: number; maxWaitMs: number; signal?: AbortSignal }): Promise<readonly PartitionBatch[]>;
  /** Makes positions durable: per partition the offset of the next record to read after a restart. */
  commit(nextOffsets: ReadonlyMap<number, number>): Promise<void>;
  /** The committed position of a partition; the partition's start when nothing was ever committed. */
  committed(partition: number): number;
  /** Moves the reading position, for replay. */
  seek(partition: number, offset: number): void;
  lag(): ConsumerLag;
  close(): Promise<void>;
}

export type TopicStats = {
  readonly partitions: readonly { readonly start: number; readonly end: number; readonly bytes: number }[];
  /** What some consumer group has not committed yet, with what is on its way to the disk. */
  readonly backlogBytes: number;
  /** The bound at which `append` throws SPL_LOG_FULL. */
  readonly maxBacklogBytes: number;
};

export interface LogTopic {
  readonly name: TopicName;
  /** Random id given when the topic was made; a recreated topic has another one. */
  readonly id: string;
  readonly partitionCount: number;
  /**
   * Appends records; resolves only when all of them are durable (fsync, or acks of all replicas). The values are
   * not copied: their bytes must stay as they are until then.
   * Throws SPL_LOG_FULL (retryable) at the bound, SPL_LOG_DISK_FULL (retryable) when the disk is full,
   * SPL_LOG_FAILED when a flush failed: then nothing may be acknowledged any more.
   */
  append(records: readonly LogRecord[]): Promise<void>;
  /** First offset still kept, and the offset that the next record will get. */
  range(partition: number): { readonly start: number; readonly end: number };
  /**
   * Joins a consumer group; a group that never committed starts at the first record kept.
   * Embedded: a group has one member at a time, another one is refused with SPL_LOG_GROUP_TAKEN.
   */
  consumer(group: string): LogConsumer;
  stats(): TopicStats;
}

export interface SpanLog {
  topic(name: TopicName): LogTopic;
  /** Lets what was appended become durable, then closes; later appends throw SPL_LOG_STOPPED. May be called twice. */
  stop(): Promise<void>;
}
