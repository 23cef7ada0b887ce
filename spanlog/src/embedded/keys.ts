import type { RecordKind } from '../span-log.ts';

/**
 * A record's key carries everything but its payload, so that the payload is stored straight from the
 * caller's buffer and metadata can be scanned without touching payload pages. Big-endian:
 *
 *   tag 1 | topic 2 | partition 2 | offset 6 | end position 6 | received at 6 | kind 1 | key id (UTF-8)
 *
 * Topic, partition and offset come first and are unique: a partition is one contiguous, ordered range.
 * The end position counts all bytes ever appended to the partition up to and including this record, so the
 * size of any run of records is one subtraction.
 */
export type RecordKey = {
  readonly offset: number;
  readonly endPosition: number;
  readonly receivedAtMs: number;
  readonly kind: RecordKind;
  readonly keyId: string;
};

/** What a record takes beside its payload: key, node and page headers, about. */
export const RECORD_OVERHEAD_BYTES = 64;

export const MAX_KEY_ID_BYTES = 255;
export const MAX_PARTITION_COUNT = 1024;

const RECORD_TAG = 0x10;
const OFFSET_AT = 5;
const POSITION_AT = 11;
const RECEIVED_AT = 17;
const KIND_AT = 23;
const KEY_ID_AT = 24;
const KINDS = ['otlp', 'notice'] as const satisfies readonly RecordKind[];

export function encodeRecordKey(topicIndex: number, partition: number, record: RecordKey): Buffer {
  const key = Buffer.allocUnsafe(KEY_ID_AT + Buffer.byteLength(record.keyId));
  writePrefix(key, topicIndex, partition, record.offset);
  key.writeUIntBE(record.endPosition, POSITION_AT, 6);
  key.writeUIntBE(record.receivedAtMs, RECEIVED_AT, 6);
  key[KIND_AT] = KINDS.indexOf(record.kind);
  key.write(record.keyId, KEY_ID_AT);
  return key;
}

export function decodeRecordKey(bytes: Uint8Array): RecordKey {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    offset: key.readUIntBE(OFFSET_AT, 6),
    endPosition: key.readUIntBE(POSITION_AT, 6),
    receivedAtMs: key.readUIntBE(RECEIVED_AT, 6),
    kind: KINDS[key[KIND_AT] ?? 0] ?? 'otlp',
    keyId: key.toString('utf8', KEY_ID_AT),
  };
}

/** Sorts before the record at `offset` and after the one before it. */
export function recordBound(topicIndex: number, partition: number, offset: number): Buffer {
  const bound = Buffer.allocUnsafe(POSITION_AT);
  writePrefix(bound, topicIndex, partition, offset);
  return bound;
}

export const FORMAT_KEY = metaKey('format');
export const topicKey = (name: string): Buffer => metaKey(`topic/${name}`);
export const startKey = (topicIndex: number, partition: number): Buffer => metaKey(`start/${topicIndex}/${partition}`);
export const groupKeyPrefix = (topicIndex: number): Buffer => metaKey(`group/${topicIndex}/`);
export const groupKey = (topicIndex: number, group: string): Buffer => metaKey(`group/${topicIndex}/${group}`);
/** Sorts after every key that begins with `prefix`: no UTF-8 text contains 0xff. */
export const afterPrefix = (prefix: Buffer): Buffer => Buffer.concat([prefix, Buffer.of(0xff)]);

function metaKey(path: string): Buffer {
  return Buffer.from(`\x01${path}`);
}

function writePrefix(target: Buffer, topicIndex: number, partition: number, offset: number): void {
  target[0] = RECORD_TAG;
  target.writeUInt16BE(topicIndex, 1);
  target.writeUInt16BE(partition, 3);
  target.writeUIntBE(offset, OFFSET_AT, 6);
}
