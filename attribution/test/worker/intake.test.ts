import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredRecord } from '@spanledger/spanlog';
import { noticeTo } from '../../src/calls/notice.ts';
import { type Arrivals, readRecord } from '../../src/worker/intake.ts';
import { createKeyRing } from '../../src/worker/keys.ts';
import { newDecoder } from '../support/fixtures.ts';
import { EPOCH_MS, sighting, spanId, traceId } from '../support/made-spans.ts';
import { PARTITIONS, partitionOf, record } from '../support/records.ts';

const DAY_MS = 86_400_000;
const keys = createKeyRing([{ id: 'key-1', tenant: 'acme', team: 'search', project: 'p' }]);
const context = { decoder: newDecoder(), keys, partitionCount: PARTITIONS };

function read(stored: StoredRecord): Arrivals {
  const arrivals: Arrivals = { spans: [], notices: [], dead: [] };
  readRecord(stored, arrivals, context);
  return arrivals;
}

test('a span comes with its tenant and where it stood on the log', () => {
  const { spans, dead } = read(record([{ id: 1, trace: 1 }], { offset: 7, keyId: 'key-1' }));
  assert.deepEqual(dead, []);
  assert.deepEqual(
    spans.map(({ tenant, origin }) => ({ tenant, origin })),
    [{ tenant: 'acme', origin: { partition: partitionOf(1), offset: 7, keyId: 'key-1', receivedAtMs: EPOCH_MS } }],
  );
});

test('without a key the tenant is default; a key that the configuration does not name makes the record a dead letter', () => {
  assert.equal(read(record([{ id: 1, trace: 1 }])).spans[0]?.tenant, 'default');
  const { spans, dead } = read(record([{ id: 1, trace: 1 }], { keyId: 'gone' }));
  assert.deepEqual(
    [spans, dead[0]?.reason, dead[0]?.payload.length],
    [[], 'unknown_ingest_key', dead[0]?.record.value.length],
  );
  assert.match(dead[0]?.detail ?? '', /"gone"/);
});

const CLOCKS: readonly (readonly [string, { start: number; end?: number }, boolean])[] = [
  ['starts 400 days before its reception', { start: -400 * DAY_MS }, true],
  ['starts a millisecond earlier than that', { start: -400 * DAY_MS - 1 }, false],
  ['starts and ends a day after its reception', { start: DAY_MS, end: DAY_MS }, true],
  ['starts a millisecond later than that', { start: DAY_MS + 1, end: DAY_MS + 1 }, false],
  ['ends a day and a millisecond after its reception', { start: 0, end: DAY_MS + 1 }, false],
  ['starts in 1970', { start: -EPOCH_MS, end: 0 }, false],
  ['starts in 50 years', { start: 50 * 365 * DAY_MS }, false],
];

for (const [name, times, accepted] of CLOCKS) {
  test(`a span that ${name} is ${accepted ? 'taken' : 'a dead letter, and the others of its record are taken'}`, () => {
    const { spans, dead } = read(
      record([
        { id: 1, trace: 1, ...times },
        { id: 2, trace: 1 },
      ]),
    );
    assert.equal(spans.length, accepted ? 2 : 1);
    assert.deepEqual(
      dead.map(({ reason, traceId: trace, spanId: span, payload }) => [reason, trace, span, payload.length]),
      accepted ? [] : [['clock_out_of_range', traceId(1), spanId(1), 0]],
    );
  });
}

test('a span that ends before it starts ends when it starts', () => {
  const [arrived] = read(record([{ id: 1, trace: 1, start: 100, end: 99 }])).spans;
  assert.equal(arrived?.span.identity.endNs, arrived?.span.identity.startNs);
});

test('a status code that OTLP does not know is unset, each that it knows is kept', () => {
  const codes = [0, 1, 2, 3, 99, 256, 2 ** 31 - 1].map((status, index) => ({ id: index + 1, trace: 1, status }));
  const { spans, dead } = read(record(codes));
  assert.deepEqual([spans.map(({ span }) => span.identity.statusCode), dead], [[0, 1, 2, 0, 0, 0, 0], []]);
});

test('a span whose trace belongs to another partition is a dead letter that names both', () => {
  const wrong = (partitionOf(1) + 1) % PARTITIONS;
  const { spans, dead } = read(record([{ id: 1, trace: 1 }], { partition: wrong }));
  assert.deepEqual([spans.length, dead[0]?.reason], [0, 'wrong_partition']);
  assert.match(dead[0]?.detail ?? '', new RegExp(`partition ${partitionOf(1)}, came on ${wrong}`));
});

test('a record that is no request is a dead letter as a whole, with its bytes', () => {
  const { value } = record([{ id: 1, trace: 1 }]);
  for (const bytes of [value.subarray(0, value.length - 1), Buffer.from('hello'), Buffer.from([0xff])]) {
    const { spans, dead } = read(record([], { value: bytes }));
    assert.deepEqual([spans, dead[0]?.reason, dead[0]?.payload], [[], 'malformed', bytes]);
  }
});

test('an empty request brings nothing and is no dead letter', () => {
  assert.deepEqual(read(record([])), { spans: [], notices: [], dead: [] });
});

test('a notice is read as one, and broken notices are dead letters', () => {
  const address = { tenant: 'acme', traceId: traceId(1), spanId: spanId(1), partition: 2 };
  const notice = noticeTo(address, { sighting: sighting({ id: 9, trace: 9 }), rule: 'twin.response_id@1' }, EPOCH_MS);
  const { notices, dead } = read({ ...notice, offset: 3 });
  assert.deepEqual([notices[0]?.notice.spanId, notices[0]?.origin.offset, dead], [spanId(1), 3, []]);
  const broken = read({ ...notice, offset: 3, value: notice.value.subarray(1) });
  assert.deepEqual([broken.notices, broken.dead[0]?.reason], [[], 'malformed_notice']);
});
