import { randomUUID } from 'node:crypto';
import { spanLogError } from '../errors.ts';
import { afterPrefix, MAX_PARTITION_COUNT, topicKey } from './keys.ts';
import type { Store } from './store.ts';

/** What the store remembers of a topic: made once, never changed. */
export type TopicEntry = { readonly id: string; readonly index: number; readonly partitionCount: number };

/** The stored entry of a topic, made now when there is none; refuses another partition count. */
export function openTopicEntry(store: Store, name: string, partitionCount: number): TopicEntry {
  if (!Number.isInteger(partitionCount) || partitionCount < 1 || partitionCount > MAX_PARTITION_COUNT) {
    throw new RangeError(`topic ${name}: ${partitionCount} partitions, expected 1 to ${MAX_PARTITION_COUNT}`);
  }
  const stored = store.get(topicKey(name));
  if (stored === undefined) return makeEntry(store, name, partitionCount);
  const entry = JSON.parse(Buffer.from(stored).toString()) as TopicEntry;
  if (entry.partitionCount === partitionCount) return entry;
  throw spanLogError(
    'SPL_LOG_PARTITIONS_CHANGED',
    `Topic ${name} was made with ${entry.partitionCount} partitions and cannot be opened with ${partitionCount}, ` +
      'because a trace never changes its partition: set the count back, or start with an empty data directory.',
  );
}

function makeEntry(store: Store, name: string, partitionCount: number): TopicEntry {
  return store.transactionSync(() => {
    const entry = { id: randomUUID(), index: countTopics(store), partitionCount };
    store.putSync(topicKey(name), Buffer.from(JSON.stringify(entry)));
    return entry;
  });
}

function countTopics(store: Store): number {
  return store.getKeysCount({ start: topicKey(''), end: afterPrefix(topicKey('')) });
}
