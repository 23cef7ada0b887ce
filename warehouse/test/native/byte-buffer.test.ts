import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteBuffer } from '../../src/native/byte-buffer.ts';

function written(buffer: ByteBuffer): Buffer {
  return buffer.bytes.subarray(0, buffer.length);
}

test('varints change their length exactly at each 7 bits', () => {
  const cases: [number, number[]][] = [
    [0, [0]],
    [127, [127]],
    [128, [128, 1]],
    [16_383, [255, 127]],
    [16_384, [128, 128, 1]],
    [2 ** 32, [128, 128, 128, 128, 16]],
    [Number.MAX_SAFE_INTEGER, [255, 255, 255, 255, 255, 255, 255, 15]],
  ];
  for (const [value, bytes] of cases) {
    const buffer = new ByteBuffer();
    buffer.varint(value);
    assert.deepEqual([...written(buffer)], bytes, `${value}`);
  }
});

test('a buffer that grows keeps what it holds, whatever was written over the edge', () => {
  const pieces = fc.array(fc.oneof(fc.nat(), fc.string({ unit: 'grapheme', maxLength: 200 })), { maxLength: 60 });
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 8 }), (parts, initialSize) => {
      const [small, large] = [new ByteBuffer(initialSize), new ByteBuffer(1 << 20)];
      for (const part of parts) {
        for (const buffer of [small, large]) typeof part === 'number' ? buffer.varint(part) : buffer.string(part);
      }
      assert.deepEqual(written(small), written(large));
    }),
    { numRuns: 100 },
  );
});

test('a string is its length in bytes and its UTF-8', () => {
  for (const text of [
    '',
    'a',
    'é',
    'a'.repeat(47),
    `${'a'.repeat(46)}é`,
    'a'.repeat(48),
    'é'.repeat(100),
    '\u{1f600}',
  ]) {
    const buffer = new ByteBuffer(1);
    buffer.string(text);
    const utf8 = Buffer.from(text);
    const length = utf8.length < 128 ? [utf8.length] : [(utf8.length % 128) + 128, Math.floor(utf8.length / 128)];
    assert.deepEqual(written(buffer), Buffer.concat([Buffer.from(length), utf8]));
  }
});

test('a cleared buffer starts again at its beginning', () => {
  const buffer = new ByteBuffer(4);
  buffer.string('something longer than four');
  buffer.clear();
  buffer.string('x');
  assert.deepEqual([...written(buffer)], [1, 'x'.charCodeAt(0)]);
});
