import type { TopicName } from '@spanledger/schemas';
import type { Logger } from 'pino';
import { spanLogError } from '../errors.ts';
import type { SpanLog } from '../span-log.ts';
import { createDiskSpace } from './disk-space.ts';
import { createMappedPages } from './mapped-pages.ts';
import { type Retention, startRetention } from './retention.ts';
import { openStore } from './store.ts';
import { type EmbeddedTopic, openTopic } from './topic.ts';
import { createWriter } from './writer.ts';

export type EmbeddedLogOptions = {
  /** Belongs to this log alone; made when it is missing. */
  directory: string;
  topics: { readonly [Name in TopicName]?: { readonly partitionCount: number } };
  /** Per topic, and only for what every group has committed. */
  retention: Retention;
  /** Per topic: what may be uncommitted before `append` throws SPL_LOG_FULL. */
  maxBacklogBytes: number;
  /** Memory that appends waiting for the disk may hold. @default 64 MiB */
  maxPendingBytes?: number;
  /** Left free on the disk. @default 256 MiB, or 1 % of the disk where that is less */
  diskReserveBytes?: number;
  /** After this long without an answer from the disk the log has failed. @default 60 s */
  commitDeadlineMs?: number;
  /** @default 1 s */
  retentionIntervalMs?: number;
  /** UTC milliseconds since 1970. */
  clock: () => number;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
};

const DEFAULT_MAX_PENDING_BYTES = 64 * 2 ** 20;
const DEFAULT_COMMIT_DEADLINE_MS = 60_000;
const DEFAULT_RETENTION_INTERVAL_MS = 1_000;
const CLOSE_DEADLINE_MS = 5_000;
const RELEASE_INTERVAL_MS = 1_000;

/**
 * The span log in one LMDB environment under `directory`, for one process. Throws SPL_LOG_OPEN_FAILED,
 * SPL_LOG_DIRECTORY_TAKEN, SPL_LOG_FORMAT or SPL_LOG_PARTITIONS_CHANGED when it cannot serve what is there.
 */
export function createEmbeddedLog(options: EmbeddedLogOptions): SpanLog {
  const { directory, clock, logger, retention, maxBacklogBytes } = options;
  const { store, file, close } = openStore(directory);
  const diskSpace = createDiskSpace({ directory, reserveBytes: options.diskReserveBytes, clock });
  const commitDeadlineMs = options.commitDeadlineMs ?? DEFAULT_COMMIT_DEADLINE_MS;
  const writer = createWriter({ store, diskSpace, commitDeadlineMs, logger });
  const maxPendingBytes = options.maxPendingBytes ?? DEFAULT_MAX_PENDING_BYTES;
  let stopping: Promise<void> | undefined;
  const isStopping = () => stopping !== undefined;

  const topics = new Map<TopicName, EmbeddedTopic>();
  try {
    for (const [name, partitionCount] of topicSizes(options.topics)) {
      const bounds = { maxBacklogBytes, maxPendingBytes };
      topics.set(name, openTopic({ name, partitionCount, ...bounds, store, writer, diskSpace, isStopping }));
    }
  } catch (error) {
    void close();
    throw error;
  }

  const intervalMs = options.retentionIntervalMs ?? DEFAULT_RETENTION_INTERVAL_MS;
  const sweeper = startRetention({ topics: [...topics.values()], retention, intervalMs, writer, clock, logger });
  const releasing = setInterval(createMappedPages({ file, logger }).release, RELEASE_INTERVAL_MS).unref();
  logger.info({ directory, topics: [...topics.keys()] }, 'span log open');

  async function stop(): Promise<void> {
    for (const topic of topics.values()) topic.wakeConsumers();
    clearInterval(releasing);
    await sweeper.stop();
    await writer.drained();
    await within(CLOSE_DEADLINE_MS, close());
  }

  return {
    topic(name) {
      const topic = topics.get(name);
      if (topic !== undefined) return topic;
      const known = [...topics.keys()].join(', ');
      throw spanLogError('SPL_LOG_UNKNOWN_TOPIC', `The span log has no topic ${name}, it was opened with: ${known}.`);
    },
    stop() {
      stopping ??= Promise.resolve().then(stop);
      return stopping;
    },
  };
}

function topicSizes(topics: EmbeddedLogOptions['topics']): [TopicName, number][] {
  return Object.entries(topics).map(([name, { partitionCount }]) => [name as TopicName, partitionCount]);
}

/** A log whose disk hangs cannot be closed; stopping must end all the same. */
async function within(deadlineMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  await Promise.race([work, deadline]);
  clearTimeout(timer);
}
