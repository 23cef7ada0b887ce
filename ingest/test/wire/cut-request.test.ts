import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpanledgerError } from '@spanledger/schemas';
import { murmur2, partitionOf } from '@spanledger/spanlog';
import { cutLogsRequest, cutTraceRequest, DEFAULT_CUT_LIMITS } from '../../src/wire/cut-request.ts';
import {
  attribute,
  decode,
  encode,
  idOf,
  list,
  type Plain,
  plainSpan,
  spansOf,
  traceRequest,
} from '../support/otlp-proto.ts';

const SPANS = Array.from({ length: 40 }, (_, index) => plainSpan(index + 1));
const byName = (left: Plain, right: Plain) => nameOf(left).localeCompare(nameOf(right));
const nameOf = (placed: Plain) => String((placed['span'] as Plain)['name']);

test('every span goes to the partition of its trace, with its resource, scope and schema URLs', () => {
  const bytes = encode('ExportTraceServiceRequest', {
    resourceSpans: [
      {
        resource: { attributes: [attribute('service.name', 'one')] },
        schemaUrl: 'https://schemas/1',
        scopeSpans: [
          { scope: { name: 'a' }, spans: SPANS.slice(0, 15), schemaUrl: 'https://schemas/a' },
          { scope: { name: 'b' }, spans: SPANS.slice(15, 20) },
        ],
      },
      { resource: { attributes: [attribute('service.name', 'two')] }, scopeSpans: [{ spans: SPANS.slice(20) }] },
    ],
  });
  const cut = cutTraceRequest(bytes, 4);
  assert.equal(cut.accepted, 40);
  assert.equal(cut.slices.length, 4);
  const placed = cut.slices.flatMap(({ partition, value }) => {
    const spans = spansOf(value);
    for (const { span } of spans) assert.equal(partition, expectedPartition(span as Plain, 4));
    return spans;
  });
  assert.deepEqual(placed.sort(byName), spansOf(bytes).sort(byName));
});

test('a request of one partition is passed through as the same bytes', () => {
  const bytes = traceRequest([plainSpan(1), plainSpan(1, { spanId: idOf(9, 8) })]);
  const cut = cutTraceRequest(bytes, 64);
  assert.equal(cut.slices.length, 1);
  assert.deepEqual(cut.slices[0]?.value, bytes);
});

test('a span with a bad id is left out alone and named by its path', () => {
  const bad: ReadonlyArray<readonly [Plain, string, string]> = [
    [{ traceId: idOf(1, 15) }, 'trace_id_length', 'spans[1].traceId is not 16 bytes'],
    [{ traceId: Buffer.alloc(0) }, 'trace_id_length', 'spans[1].traceId is not 16 bytes'],
    [{ traceId: Buffer.alloc(16) }, 'trace_id_zero', 'spans[1].traceId is all zeros'],
    [{ spanId: idOf(1, 16) }, 'span_id_length', 'spans[1].spanId is not 8 bytes'],
    [{ spanId: Buffer.alloc(0) }, 'span_id_length', 'spans[1].spanId is not 8 bytes'],
    [{ spanId: Buffer.alloc(8) }, 'span_id_zero', 'spans[1].spanId is all zeros'],
    [{ parentSpanId: idOf(1, 7) }, 'parent_span_id_length', 'spans[1].parentSpanId is neither empty nor 8 bytes'],
  ];
  for (const [fault, reason, text] of bad) {
    const cut = cutTraceRequest(traceRequest([plainSpan(1), plainSpan(2, fault), plainSpan(3)]), 1);
    assert.equal(cut.accepted, 2, reason);
    assert.deepEqual([...cut.rejections.byReason], [[reason, 1]]);
    assert.ok(
      cut.rejections.examples[0]?.startsWith(`resourceSpans[0].scopeSpans[0].${text}`),
      cut.rejections.examples[0],
    );
    const names = cut.slices.flatMap(({ value }) => spansOf(value).map(nameOf));
    assert.deepEqual(names, ['span 1', 'span 3']);
  }
});

test('only the first five rejections are listed, all are counted', () => {
  const cut = cutTraceRequest(traceRequest(Array.from({ length: 9 }, () => plainSpan(1, { spanId: idOf(1, 3) }))), 4);
  assert.deepEqual([cut.slices.length, cut.accepted, cut.rejections.total], [0, 0, 9]);
  assert.equal(cut.rejections.examples.length, 5);
});

test('strings that are no UTF-8 spoil their own span, or all beneath their resource', () => {
  const name = Buffer.from('span 2');
  const request = traceRequest([plainSpan(1), plainSpan(2)]);
  const spoiltName = Buffer.from(request);
  spoiltName[request.indexOf(name)] = 0xff;
  assert.deepEqual([...cutTraceRequest(spoiltName, 1).rejections.byReason], [['invalid_utf8', 1]]);
  const spoiltResource = Buffer.from(request);
  spoiltResource[request.indexOf('agent')] = 0xc0;
  assert.deepEqual([...cutTraceRequest(spoiltResource, 1).rejections.byReason], [['invalid_utf8', 2]]);
});

test('text in other scripts is UTF-8', () => {
  const span = plainSpan(1, { name: 'агент 智能体 🤖', attributes: [attribute('ключ', '値'.repeat(100))] });
  assert.equal(cutTraceRequest(traceRequest([span]), 4).accepted, 1);
});

test('a record is never larger than its limit: a partition gets several', () => {
  const spans = Array.from({ length: 64 }, (_, index) =>
    plainSpan(index, { attributes: [attribute('text', 'x'.repeat(500))] }),
  );
  const bytes = traceRequest(spans);
  const cut = cutTraceRequest(bytes, 2, { ...DEFAULT_CUT_LIMITS, maxRecordBytes: 2_000 });
  assert.equal(cut.accepted, 64);
  assert.ok(cut.slices.length > 20);
  for (const { value } of cut.slices) assert.ok(value.length <= 2_000, `${value.length}`);
  const names = cut.slices.flatMap(({ value }) => spansOf(value).map(nameOf)).sort();
  assert.deepEqual(names, spansOf(bytes).map(nameOf).sort());
});

test('resources repeated in every slice have a bound in sum', () => {
  const resource = { attributes: [attribute('text', 'x'.repeat(10_000))] };
  const bytes = traceRequest(SPANS, { resource });
  const cut = () => cutTraceRequest(bytes, 64, { maxRecordBytes: 1e6, maxCutBytes: 50_000 });
  assert.throws(
    cut,
    (error: SpanledgerError) => error.code === 'SPL_INGEST_TOO_LARGE' && /Send smaller/.test(error.message),
  );
});

test('unknown fields stay where they are on every level', () => {
  const unknown = Buffer.from([0xf2, 0x07, 0x03, 1, 2, 3]);
  const span = field(2, Buffer.concat([encode('Span', plainSpan(1)), unknown]));
  const other = field(2, encode('Span', plainSpan(2)));
  const scope = field(2, Buffer.concat([unknown, span, other, unknown]));
  const bytes = Buffer.concat([field(1, Buffer.concat([scope, unknown])), unknown]);
  const cut = cutTraceRequest(bytes, 64);
  assert.equal(cut.slices.length, 2);
  const counts = cut.slices.map(({ value }) => occurrences(value, unknown)).sort();
  // Around each span: two in the scope, one in the group, one in the request; and the one inside the first span.
  assert.deepEqual(counts, [4, 5]);
});

test('log records go by their trace, and without one by their resource', () => {
  const records = [
    { traceId: idOf(3, 16), body: { stringValue: 'traced' } },
    { body: { stringValue: 'free' } },
    { traceId: Buffer.alloc(16), body: { stringValue: 'zero' } },
    { traceId: idOf(1, 4), body: { stringValue: 'odd id' } },
  ];
  const resource = { attributes: [attribute('service.name', 'logs')] };
  const bytes = encode('ExportLogsServiceRequest', {
    resourceLogs: [{ resource, scopeLogs: [{ logRecords: records }] }],
  });
  const cut = cutLogsRequest(bytes, 64);
  assert.equal(cut.accepted, 4);
  const placed = new Map<string, number>();
  for (const { partition, value } of cut.slices) {
    for (const group of list(decode('ExportLogsServiceRequest', value), 'resourceLogs')) {
      assert.ok(group['resource']);
      for (const scope of list(group, 'scopeLogs')) {
        for (const record of list(scope, 'logRecords'))
          placed.set(String((record['body'] as Plain)['stringValue']), partition);
      }
    }
  }
  assert.equal(placed.get('traced'), partitionOf(murmur2(Buffer.from(idOf(3, 16).toString('hex'))), 64));
  assert.equal(placed.get('free'), placed.get('zero'));
  assert.equal(placed.get('free'), placed.get('odd id'));
});

test('nothing in, nothing out', () => {
  const envelopes = encode('ExportTraceServiceRequest', { resourceSpans: [{ scopeSpans: [{ spans: [] }] }, {}] });
  for (const bytes of [Buffer.alloc(0), envelopes]) {
    const cut = cutTraceRequest(bytes, 4);
    assert.deepEqual([cut.slices.length, cut.accepted, cut.rejections.total], [0, 0, 0]);
  }
});

function expectedPartition(span: Plain, count: number): number {
  const hex = Buffer.from(String(span['traceId']), 'base64').toString('hex');
  return partitionOf(murmur2(Buffer.from(hex)), count);
}

/** A length-delimited field of fewer than 16384 bytes. */
function field(number: number, body: Buffer): Buffer {
  const length = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >>> 7];
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), body]);
}

function occurrences(bytes: Uint8Array, part: Buffer): number {
  let count = 0;
  for (let at = Buffer.from(bytes).indexOf(part); at >= 0; at = Buffer.from(bytes).indexOf(part, at + 1)) count += 1;
  return count;
}
