import type { LogRecord, StoredRecord } from '../span-log.ts';
import {
  decodeRecordKey,
  encodeRecordKey,
  RECORD_OVERHEAD_BYTES,
  type RecordKey,
  recordBound,
  startKey,
} from './keys.ts';
import type { Store } from './store.ts';

/** A place between two records: the next record's offset, and the bytes appended before it since the beginning. */
export type Mark = { readonly offset: number; readonly position: number };

export type Partition = {
  readonly index: number;
  /** Before the first record that is kept. */
  start(): Mark;
  /** After the last durable record. */
  end(): Mark;
  /** The mark at an offset between start and end. */
  markAt(offset: number): Mark;
  /** Keys from an offset on, without touching payloads. */
  keys(from: number, to: number, limit: number): RecordKey[];
  /** Records from `from` up to `to`, until their values reach `maxBytes`; always one if there is one. Copies. */
  read(from: number, to: number, maxBytes: number): StoredRecord[];
  /** Puts the records after those already staged. */
  stageAppend(store: Store, records: readonly LogRecord[]): void;
  /** Removes the first records; `last` is the key of the last one to go. */
  stageRemoval(store: Store, keys: readonly RecordKey[]): void;
  publish(): void;
  discard(): void;
};

export function recordBytes(record: LogRecord): number {
  return record.value.byteLength + RECORD_OVERHEAD_BYTES;
}

/** One partition of one topic: where it starts and ends, in memory; its records, in the store. */
export function openPartition(store: Store, topicIndex: number, index: number): Partition {
  let start = readStart(store, topicIndex, index);
  let end = readEnd(store, topicIndex, index) ?? start;
  let staged = { start, end };

  const bound = (offset: number) => recordBound(topicIndex, index, offset);
  const keyOf = (key: RecordKey) => encodeRecordKey(topicIndex, index, key);

  function keys(from: number, to: number, limit: number): RecordKey[] {
    if (from >= to) return [];
    store.resetReadTxn();
    return [...store.getKeys({ start: bound(from), end: bound(to), limit })].map(decodeRecordKey);
  }

  return {
    index,
    start: () => start,
    end: () => end,
    keys,
    markAt(offset) {
      if (offset === start.offset) return start;
      if (offset === end.offset) return end;
      const [previous] = keys(offset - 1, offset, 1);
      if (previous === undefined) throw new RangeError(`partition ${index} holds no record at offset ${offset - 1}`);
      return { offset, position: previous.endPosition };
    },
    read(from, to, maxBytes) {
      const records: StoredRecord[] = [];
      if (from >= to) return records;
      store.resetReadTxn();
      let bytes = 0;
      for (const { key, value } of store.getRange({ start: bound(from), end: bound(to) })) {
        const { offset, receivedAtMs, kind, keyId } = decodeRecordKey(key);
        records.push({ partition: index, offset, receivedAtMs, kind, keyId, value });
        bytes += value.byteLength;
        if (bytes >= maxBytes) break;
      }
      return records;
    },
    stageAppend(target, records) {
      let { offset, position } = staged.end;
      for (const record of records) {
        position += recordBytes(record);
        const { receivedAtMs, kind, keyId } = record;
        void target.put(keyOf({ offset, endPosition: position, receivedAtMs, kind, keyId }), record.value);
        offset += 1;
      }
      staged = { ...staged, end: { offset, position } };
    },
    stageRemoval(target, removed) {
      const last = removed.at(-1);
      if (last === undefined) return;
      for (const key of removed) void target.remove(keyOf(key));
      const mark = { offset: last.offset + 1, position: last.endPosition };
      void target.put(startKey(topicIndex, index), Buffer.from(JSON.stringify(mark)));
      staged = { ...staged, start: mark };
    },
    publish() {
      ({ start, end } = staged);
    },
    discard() {
      staged = { start, end };
    },
  };
}

function readStart(store: Store, topicIndex: number, index: number): Mark {
  const stored = store.get(startKey(topicIndex, index));
  return stored === undefined ? { offset: 0, position: 0 } : (JSON.parse(Buffer.from(stored).toString()) as Mark);
}

function readEnd(store: Store, topicIndex: number, index: number): Mark | undefined {
  const range = { start: recordBound(topicIndex, index + 1, 0), end: recordBound(topicIndex, index, 0) };
  const [last] = [...store.getKeys({ ...range, reverse: true, limit: 1 })].map(decodeRecordKey);
  return last && { offset: last.offset + 1, position: last.endPosition };
}
