import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeRecordKey, encodeRecordKey, MAX_KEY_ID_BYTES, recordBound } from '../../src/embedded/keys.ts';

const uint48 = fc.maxSafeNat().map((value) => value % 2 ** 48);
const place = fc.tuple(fc.nat(0xffff), fc.nat(1023), uint48);
const recordKey = fc.record({
  offset: uint48,
  endPosition: uint48,
  receivedAtMs: uint48,
  kind: fc.constantFrom('otlp' as const, 'notice' as const),
  keyId: fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => Buffer.byteLength(text) <= MAX_KEY_ID_BYTES),
});

test('a record key says all that was put into it', () => {
  fc.assert(
    fc.property(recordKey, (key) => {
      assert.deepEqual(decodeRecordKey(encodeRecordKey(3, 1, key)), { ...key });
    }),
  );
});

test('keys sort by topic, partition and offset, whatever else they hold, and bounds lie between them', () => {
  fc.assert(
    fc.property(place, place, recordKey, recordKey, (a, b, one, other) => {
      const [left, right] = [encode(a, one), encode(b, other)];
      const expected = Math.sign(a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      if (expected !== 0) assert.equal(Buffer.compare(left, right), expected);
      assert.equal(Buffer.compare(recordBound(...a), left), -1);
      if (a[2] > 0) assert.equal(Buffer.compare(recordBound(...a), encode([a[0], a[1], a[2] - 1], other)), 1);
    }),
  );
});

function encode([topic, partition, offset]: [number, number, number], key: Parameters<typeof encodeRecordKey>[2]) {
  return encodeRecordKey(topic, partition, { ...key, offset });
}
