import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpanledgerError } from '@spanledger/schemas';
import { cutTraceRequest } from '../../src/wire/cut-request.ts';
import { attribute, encode, idOf, type Plain, plainSpan, spansOf, traceRequest } from '../support/otlp-proto.ts';

const IDS = Buffer.concat([Buffer.from([0x0a, 16]), idOf(1, 16), Buffer.from([0x12, 8]), idOf(1, 8)]);

/** A request of one span whose body is given. */
function requestOf(span: Buffer): Buffer {
  return frame(1, frame(2, frame(2, span)));
}

function frame(field: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([field * 8 + 2]), varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const nines = (count: number): number[] => Array.from({ length: count }, () => 0xff);

const TAKEN: Record<string, Buffer> = {
  'a tag of two bytes for an unknown field': bytes(0xd8, 0x7d, 0x05),
  'an unknown field of each wire type': Buffer.concat([
    bytes(0xf8, 0x7d, 0x01),
    bytes(0xf9, 0x7d, ...new Array<number>(8).fill(1)),
    bytes(0xfa, 0x7d, 0x02, 0xff, 0xff),
    bytes(0xfd, 0x7d, 1, 2, 3, 4),
  ]),
  'an over-long tag of a known field': bytes(0xb0, 0x80, 0x00, 0x03),
  'an over-long length': Buffer.concat([bytes(0x2a, 0x81, 0x80, 0x00), Buffer.from('x')]),
  'a varint of ten bytes (a negative number)': bytes(0x30, ...nines(9), 0x01),
  'a scalar twice': bytes(0x30, 0x01, 0x30, 0x03),
  'the ids again, the same': IDS,
  'an attribute with a key of 200 bytes': frame(
    9,
    Buffer.concat([frame(1, Buffer.alloc(200, 'k')), frame(2, bytes(0x18, 0x05))]),
  ),
  'an attribute with its value before its key': frame(
    9,
    Buffer.concat([frame(2, bytes(0x18, 0x05)), frame(1, Buffer.from('k'))]),
  ),
  'an attribute without value, without key, and empty': Buffer.concat([
    frame(9, frame(1, Buffer.from('k'))),
    frame(9, frame(2, bytes(0x10, 1))),
    frame(9, bytes()),
  ]),
  'the same key twice': Buffer.concat([
    frame(9, Buffer.concat([frame(1, Buffer.from('k')), frame(2, bytes(0x18, 1))])),
    frame(9, Buffer.concat([frame(1, Buffer.from('k')), frame(2, bytes(0x18, 2))])),
  ]),
  'an integer attribute of ten bytes': frame(
    9,
    Buffer.concat([frame(1, Buffer.from('n')), frame(2, bytes(0x18, ...nines(9), 1))]),
  ),
  'bits 10 to 31 of flags': bytes(0x85, 0x01, 0xff, 0xff, 0xff, 0xff),
};

const REFUSED: Record<string, readonly [Buffer, RegExp]> = {
  'a varint of eleven bytes': [bytes(0x30, ...nines(10), 0x01), /longer than 10 bytes/],
  'a varint above 64 bits': [bytes(0x30, ...nines(9), 0x02), /exceeds 64 bits/],
  'a cut varint': [bytes(0x30, 0xff), /cut off/],
  'a cut fixed64': [bytes(0x39, 1, 2, 3), /8 bytes is cut off/],
  'a cut fixed32': [bytes(0x85, 0x01, 1), /4 bytes is cut off/],
  'a length beyond its message': [bytes(0x2a, 0x05, 0x61), /exceeds the 1 bytes left/],
  'a length of 2^31': [bytes(0x2a, 0x80, 0x80, 0x80, 0x80, 0x08), /length of 2147483648 bytes/],
  'a length of 2^63': [bytes(0x2a, ...new Array<number>(9).fill(0x80), 0x01), /exceeds the/],
  'a length that wraps 32 bits to zero': [bytes(0x2a, 0x80, 0x80, 0x80, 0x80, 0x10), /length of 4294967296 bytes/],
  'field number zero': [bytes(0x02, 0x00), /field number 0/],
  'a field number above 2^29': [bytes(0x82, 0x80, 0x80, 0x80, 0x10, 0x00), /field number 536870912/],
  'a start of a group': [bytes(0xfb, 0x7d, 0xfc, 0x7d), /wire type 3/],
  'an end of a group': [bytes(0xfc, 0x7d), /wire type 4/],
  'wire type 6': [bytes(0xfe, 0x7d), /wire type 6/],
  'wire type 7': [bytes(0x1f), /wire type 7/],
  'a known field with another wire type': [bytes(0x28, 0x01), /field 5 has wire type 0, expected 2/],
  'a name as a group': [bytes(0x2b, 0x2c), /wire type 3/],
  'a broken attribute': [frame(9, bytes(0x0a, 0x05, 0x61)), /exceeds/],
  'a broken value in a list in an attribute': [frame(9, frame(2, frame(5, frame(1, bytes(0x18))))), /cut off/],
  'a broken event': [frame(11, bytes(0x09, 1)), /cut off/],
  'a broken link': [frame(13, bytes(0x0a, 16, 1)), /exceeds/],
};

for (const [what, extra] of Object.entries(TAKEN)) {
  test(`taken unchanged: ${what}`, () => {
    for (const span of [Buffer.concat([IDS, extra]), Buffer.concat([extra, IDS])]) {
      const cut = cutTraceRequest(requestOf(span), 4);
      assert.equal(cut.accepted, 1);
      assert.deepEqual(spansOf(cut.slices[0]?.value ?? Buffer.alloc(0)), spansOf(requestOf(span)));
    }
  });
}

for (const [what, [extra, message]] of Object.entries(REFUSED)) {
  test(`refused whole: ${what}`, () => {
    const isOurs = (error: SpanledgerError) => error.code === 'SPL_INGEST_MALFORMED' && message.test(error.message);
    assert.throws(() => cutTraceRequest(requestOf(Buffer.concat([IDS, extra])), 4), isOurs);
  });
}

test('a later id replaces an earlier one, as every protobuf reader has it', () => {
  const second = Buffer.concat([bytes(0x0a, 16), idOf(7, 16)]);
  const expected = cutTraceRequest(traceRequest([plainSpan(1, { traceId: idOf(7, 16) })]), 64);
  const cut = cutTraceRequest(requestOf(Buffer.concat([IDS, second])), 64);
  assert.equal(cut.slices[0]?.partition, expected.slices[0]?.partition);
});

test('a request cut off anywhere is refused or a shorter valid request', () => {
  const whole = traceRequest([plainSpan(1, { attributes: [attribute('k', 'v'), attribute('n', 300)] }), plainSpan(2)]);
  for (let length = 1; length < whole.length; length++) {
    const isOurs = (error: SpanledgerError) => error.code === 'SPL_INGEST_MALFORMED';
    assert.throws(() => cutTraceRequest(whole.subarray(0, length), 4), isOurs, `${length}`);
  }
});

test('values nested up to the bound are taken, one deeper spoils its span alone', () => {
  const nested = (levels: number): Plain =>
    levels === 0 ? { intValue: 1 } : { arrayValue: { values: [nested(levels - 1)] } };
  const span = (levels: number) => plainSpan(1, { attributes: [{ key: 'deep', value: nested(levels) }] });
  // Attribute and value are two messages, each list adds two; 64 fit.
  assert.equal(cutTraceRequest(traceRequest([span(31), plainSpan(2)]), 1).accepted, 2);
  const cut = cutTraceRequest(traceRequest([span(32), plainSpan(2)]), 1);
  assert.deepEqual([...cut.rejections.byReason], [['too_deep', 1]]);
});

test('thousands of levels of nesting neither overflow the stack nor take long', () => {
  let value = bytes(0x18, 0x01);
  for (let level = 0; level < 3_000; level++) value = frame(5, frame(1, value));
  const span = Buffer.concat([IDS, frame(9, frame(2, value))]);
  assert.equal(cutTraceRequest(requestOf(span), 1).rejections.byReason.get('too_deep'), 1);
});

test('bytes that start anywhere in their buffer are read alike', () => {
  const request = traceRequest([
    plainSpan(1, { name: 'naïve', attributes: [attribute('key', 'value of some length')] }),
  ]);
  for (let shift = 0; shift < 8; shift++) {
    const shifted = Buffer.concat([Buffer.alloc(shift, 0xff), request, Buffer.alloc(shift, 0xff)]).subarray(
      shift,
      shift + request.length,
    );
    assert.equal(cutTraceRequest(shifted, 4).accepted, 1);
  }
  assert.equal(encode('ExportTraceServiceRequest', {}).length, 0);
});
