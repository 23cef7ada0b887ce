import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { murmur2, murmur2OfHex, murmur2OfText, partitionOf } from '../src/murmur2.ts';

const KAFKA_VECTORS: ReadonlyArray<readonly [string, number]> = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

test("murmur2 gives Kafka's known hashes", () => {
  for (const [text, hash] of KAFKA_VECTORS) {
    assert.equal(murmur2(Buffer.from(text)), hash, text);
    assert.equal(murmur2OfText(text), hash, text);
  }
});

test('the hash of raw id bytes is the hash of their lower-case hexadecimal text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (id) => {
      assert.equal(murmur2OfHex(id, 0, 16), murmur2(Buffer.from(Buffer.from(id).toString('hex'))));
    }),
  );
});

test('a partition is the positive hash modulo the count', () => {
  assert.equal(partitionOf(-973932308, 4), (-973932308 & 0x7fffffff) % 4);
  assert.equal(partitionOf(-1, 64), 63);
  assert.equal(partitionOf(479470107, 1), 0);
});
