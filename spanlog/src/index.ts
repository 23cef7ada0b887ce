export { createEmbeddedLog, type EmbeddedLogOptions } from './embedded/embedded-log.ts';
export type { Retention } from './embedded/retention.ts';
export { SPAN_LOG_ERRORS } from './errors.ts';
export { murmur2, murmur2OfHex, partitionOf } from './murmur2.ts';
export { partitionOfTrace } from './partition-of-trace.ts';
export type {
  ConsumerLag,
  LogConsumer,
  LogRecord,
  LogTopic,
  PartitionBatch,
  RecordKind,
  SpanLog,
  StoredRecord,
  TopicStats,
} from './span-log.ts';
